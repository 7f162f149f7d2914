"""Sentiment: learned from ratings alone, judged on tickets not read before, silent without enough of them."""

from __future__ import annotations

import random
from datetime import date

import polars as pl
import pytest

from models_ml.ticket_sentiment import learn_sentiment
from models_ml.ticket_text import words_only
from models_ml.ticket_topics import find_topics

from .conftest import SHARED
from .desk import COMMON, frame, ticket

ANGRY, CALM = "ridiculous nobody annoyed again waiting", "great thanks helpful lovely quick"


def rated(count: int = 400, told: bool = True, seed: int = 1) -> pl.DataFrame:
    """Half of the tickets rated; of the angry ones most are rated bad, or, not `told`, as many as of the calm ones."""
    draw, rows = random.Random(seed), []
    for number in range(count):
        is_angry = draw.random() < 0.3
        said = draw.sample((ANGRY if is_angry else CALM).split(), 3) + draw.choices(COMMON["English"].split(), k=6)
        is_bad = draw.random() < ((0.85 if is_angry else 0.05) if told else 0.3)
        is_good = (not is_bad) if number % 2 else None
        rows.append(ticket(number, " ".join(said), is_good=is_good))
    return frame(rows)


def learned(tickets: pl.DataFrame):
    return learn_sentiment(tickets.with_columns(customer_words=words_only(tickets["customer_text"])))


def judged(tickets: pl.DataFrame) -> pl.DataFrame:
    return find_topics(tickets, [tickets], set(), date(2026, 11, 1)).tickets.join(tickets, on="ticket_id")


def test_words_that_end_in_bad_ratings_sound_negative_whether_or_not_they_were_rated() -> None:
    found = judged(rated()).filter(pl.col("is_good").is_null())
    is_angry = found["text"].str.contains(ANGRY.replace(" ", "|"))
    assert (found.filter(is_angry)["sentiment"] == "negative").mean() > 0.9
    assert (found.filter(~is_angry)["sentiment"].fill_null("") == "negative").mean() < 0.05
    assert found.drop_nulls("sentiment")["sentiment_confidence"].min() >= 0.5


def test_a_confidence_is_the_share_that_was_rated_so() -> None:
    """On tickets of the same desk that nobody learned from."""
    sentiment, _ = learned(rated(800))
    new = (
        rated(800, seed=2).filter(pl.col("is_good").is_not_null()).with_columns(ticket_id="new:" + pl.col("ticket_id"))
    )
    bad = sentiment.bad_probability(new.with_columns(customer_words=words_only(new["customer_text"])))
    assert bad.mean() == pytest.approx((~new["is_good"]).mean(), abs=0.06)
    assert bad.filter(bad > 0.5).mean() == pytest.approx((~new.filter(bad > 0.5)["is_good"]).mean(), abs=0.1)


def test_a_colleagues_words_are_not_the_customers() -> None:
    tickets = rated().with_columns(customer_text=pl.lit("hello please order"))
    assert judged(tickets)["sentiment"].null_count() == tickets.height


def test_too_few_ratings_are_said_to_be_too_few() -> None:
    sentiment, said = learned(rated(100))
    assert sentiment is None
    assert said.startswith("not enough ratings: ")
    assert judged(rated(100))["sentiment"].null_count() == 100


def test_ratings_that_do_not_follow_the_words_teach_nothing() -> None:
    sentiment, said = learned(rated(told=False))
    assert sentiment is None
    assert "the words tell no more than the usual share of bad ratings" in said


def test_a_rated_ticket_is_judged_by_models_that_have_not_read_it() -> None:
    """Otherwise an unhappy customer with kind words would sound as the rating says."""
    tickets = rated(800)
    sentiment, _ = learned(tickets)
    kind = tickets.filter(~pl.col("text").str.contains(ANGRY.replace(" ", "|")) & ~pl.col("is_good"))
    assert kind.height > 5
    bad = sentiment.bad_probability(kind.with_columns(customer_words=words_only(kind["customer_text"])))
    assert bad.max() < 0.5


def test_real_reviews_in_portuguese_sound_as_their_stars_say() -> None:
    path = SHARED / "olist" / "sample_orders" / "olist_order_reviews_sample_union.csv"
    if not path.exists():
        pytest.skip("the real data sets (../shared/data) are not on this machine")
    reviews = pl.read_csv(path, infer_schema=False).drop_nulls("review_comment_message").unique("review_id")
    stars = reviews["review_score"].cast(pl.Int64)
    reviews = reviews.filter(stars != 3).sort("review_id")
    words = pl.concat_str("review_comment_title", "review_comment_message", separator=" ", ignore_nulls=True)
    tickets = reviews.select(
        ticket_id="review_id", customer="order_id", label=pl.lit(None, pl.String),
        is_good=pl.col("review_score").cast(pl.Int64) > 3, customer_text=words,
    )  # fmt: skip
    sentiment, said = learned(tickets)
    assert sentiment is not None, said
    assert sentiment.card["bad_share_of_negative"] > 0.8
    assert sentiment.card["log_loss_gain"] > 0.2
