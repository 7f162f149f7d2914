"""What is left of a text before anything is learned from it, and which of its words may be shown."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models_ml.text_classifier import Confidence
from models_ml.ticket_text import NGrams, words_only
from models_ml.topic_terms import Terms, may_be_shown, terms_of, words_of_names


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("<p>Hello&nbsp;there</p>", "hello there"),
        ("Write to Ada.Ash@Shop.example please", "write to please"),
        ("see https://shop.example/orders/7?x=y now", "see now"),
        ("order #4711-B of 2026-01-05 late", "order of late"),
        ("我的订单12345没有到", "我的订单 没有到"),
        ("+49 170 1234567", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_numbers_and_mark_up_are_not_words(written, left) -> None:
    [found] = words_only(pl.Series([written], dtype=pl.String))
    assert (None if found is None else " ".join(found.split())) == left


def test_forms_of_a_word_are_near_each_other() -> None:
    texts = ["lieferung kam", "lieferungen kamen", "rechnung falsch"] * 3
    x = NGrams().fit(texts).transform(["lieferung", "lieferungen", "rechnung"])
    near = (x @ x.T).toarray()
    assert near[0, 1] > 0.5 > near[0, 2]


def test_terms_are_words_pairs_and_pieces_of_scripts_without_blanks() -> None:
    assert terms_of("my parcel is lost") == ["parcel", "lost"]
    assert terms_of("parcel lost again") == ["parcel", "lost", "again", "parcel lost", "lost again"]
    assert "物流" in terms_of("查物流")


def test_a_word_of_few_customers_or_of_a_name_is_not_shown() -> None:
    texts = ["parcel lost wendelin", "parcel lost", "parcel late", "parcel late", "parcel gone"] * 2
    customers = np.array([f"c{number % 5}" for number in range(10)])
    assert "parcel" in Terms(texts, customers, set()).words
    assert "wendelin" not in Terms(texts, customers, set()).words
    assert "parcel" not in Terms(texts, np.array(["one"] * 10), set()).words
    assert "parcel" not in Terms(texts, customers, words_of_names(["Anna Parcel"])).words
    assert "王小" in words_of_names(["王小明"])


@pytest.mark.parametrize(
    ("label", "is_shown"),
    [
        ("tax", True),
        ("物流", True),
        ("parcel_of_anna", True),
        ("anna_ash", False),
        ("anna@ash.example", False),
        ("4711", False),
    ],
)
def test_a_label_is_shown_unless_it_is_a_name_an_address_or_a_number(label, is_shown) -> None:
    assert may_be_shown(label, words_of_names(["Anna Ash"])) is is_shown


def test_a_confidence_is_how_often_such_a_guess_was_right_and_the_least_one_keeps_the_promise() -> None:
    rng = np.random.default_rng(0)
    margins = rng.exponential(1.5, 4_000)
    is_right = rng.random(4_000) < 1 / (1 + np.exp(-margins))
    learned = Confidence.learn(margins, is_right)
    sure = learned.of(margins)
    for low, high in ((0.5, 0.7), (0.7, 0.9), (0.9, 1.0)):
        band = (sure >= low) & (sure < high)
        assert is_right[band].mean() == pytest.approx(sure[band].mean(), abs=0.04)
    given = learned.is_enough(sure)
    assert is_right[given].mean() == pytest.approx(learned.right_share, abs=1e-9)
    assert learned.right_share >= 0.8
    assert learned.given_share == given.mean()


def test_guesses_that_are_rarely_right_are_never_given() -> None:
    margins = np.linspace(0, 1, 100)
    assert Confidence.learn(margins, np.arange(100) % 2 == 0).least is None
    assert Confidence.learn(margins, np.arange(100) == 99).least is None, "one lucky guess is no promise"
