"""Topics of tickets: learned from labels, grouped without them, named by nobody's name, silent where nothing tells."""

from __future__ import annotations

import random
from datetime import date

import polars as pl
import pytest
from sklearn.metrics import adjusted_rand_score

from models_ml.ticket_topics import Topics, find_topics
from models_ml.topic_terms import words_of_names

from .desk import CHINESE, WORDS, desk, frame, ticket

AS_OF = date(2026, 11, 1)


def found(tickets: pl.DataFrame, names: tuple[str, ...] = (), batch: int = 100) -> Topics:
    tickets = tickets.drop("topic", strict=False)
    return find_topics(tickets, tickets.iter_slices(batch), words_of_names(names), AS_OF)


def beside_truth(topics: Topics, tickets: pl.DataFrame) -> pl.DataFrame:
    return topics.tickets.join(tickets.select("ticket_id", truth="topic"), on="ticket_id")


def words_shown(topics: Topics) -> str:
    return " ".join([*topics.topics["topic"], *topics.topics["terms"].drop_nulls()])


@pytest.fixture(scope="module")
def half_labelled() -> pl.DataFrame:
    return desk(labelled=0.5)


@pytest.fixture(scope="module")
def unlabelled() -> pl.DataFrame:
    return desk()


def test_labels_teach_the_tickets_without_one_and_stay_on_those_that_have_one(half_labelled) -> None:
    topics = found(half_labelled)
    both = beside_truth(topics, half_labelled).join(half_labelled.select("ticket_id", "label"), on="ticket_id")
    given, guessed = both.filter(pl.col("label").is_not_null()), both.filter(pl.col("label").is_null())
    assert (given["topic"] == given["label"]).all()
    assert set(given["topic_method"]) == {"given"}
    assert given["topic_confidence"].null_count() == given.height
    assert set(guessed["topic_method"].drop_nulls()) == {"learned"}
    assert (guessed["topic"] == guessed["truth"]).mean() > 0.95
    assert guessed.drop_nulls("topic")["topic_confidence"].min() > 0.5
    assert topics.card["champion"] == "labels"
    assert "100% were guessed right" in topics.card["verdict"]
    assert set(topics.topics["topic"]) == {"delivery", "billing", "account"}
    assert topics.topics["count_tickets"].sum() == both["topic"].count()


def test_a_later_message_tells_what_the_first_one_did_not(half_labelled) -> None:
    opening = "hello could please thank"
    vague, told = ticket(900, opening), ticket(901, f"{opening}\nthe parcel tracking of the courier")
    topics = found(pl.concat([half_labelled.drop("topic"), frame([vague, told])]))
    by_ticket = {row["ticket_id"]: row for row in topics.tickets.iter_rows(named=True)}
    assert by_ticket["desk:00901"]["topic"] == "delivery"
    assert by_ticket["desk:00901"]["topic_confidence"] > 0.8
    assert by_ticket["desk:00900"]["topic"] is None
    assert by_ticket["desk:00900"]["topic_confidence"] is None


def test_labels_that_the_texts_do_not_bear_out_are_not_learned(half_labelled) -> None:
    shuffled = half_labelled.with_columns(pl.col("label").shuffle(seed=3))
    topics = found(shuffled)
    assert "the texts do not tell" in topics.card["verdict"]
    assert topics.card["champion"] == "clusters"
    assert set(topics.tickets["topic_method"].drop_nulls()) == {"clustered"}


def test_tickets_of_a_topic_that_few_labels_name_are_not_called_by_the_others() -> None:
    """Fifteen labels say account, too few for a topic; sixty tickets without a label are about accounts as well."""
    tickets = desk(labelled=0.5)
    is_rare = (pl.col("topic") == "account") & (pl.col("ticket_id").rank("ordinal").over("topic", "label") > 15)
    tickets = tickets.filter(~is_rare | pl.col("label").is_null())
    both = beside_truth(found(tickets), tickets).filter(pl.col("truth") == "account")
    assert both.height > 50
    assert both["topic"].null_count() > 0.9 * both.height


def test_without_labels_tickets_of_the_same_words_are_one_topic_named_by_them(unlabelled) -> None:
    topics = found(unlabelled)
    both = beside_truth(topics, unlabelled).drop_nulls("topic")
    assert both.height > 0.9 * unlabelled.height
    assert adjusted_rand_score(both["truth"].to_list(), both["topic"].to_list()) > 0.95
    assert both["topic_confidence"].is_between(0.5, 1).all()
    named = dict(both.group_by("topic").agg(pl.col("truth").mode().first()).iter_rows())
    for topic, truth in named.items():
        assert set(topic.replace(",", "").split()) <= set(WORDS["English"][truth].split())
    assert not {"hello", "please", "order"} & set(words_shown(topics).replace(",", "").split())


def test_texts_without_groups_are_not_grouped() -> None:
    draw, words = random.Random(5), [f"{a}{b}{c}ing" for a in "bcdf" for b in "aeiou" for c in "lmnr"]
    tickets = frame([ticket(number, " ".join(draw.choices(words, k=9))) for number in range(300)])
    topics = found(tickets)
    assert topics.tickets["topic"].null_count() == 300
    assert "two halves of the tickets do not find the same groups" in topics.card["verdict"]
    assert topics.topics.height == 0
    assert topics.card["is_published"] is False


def test_no_topic_is_called_after_a_person_a_company_an_address_or_a_number(unlabelled) -> None:
    """The agent signs every delivery ticket, one customer raves about a rare thing, and everybody quotes a number."""
    signed = unlabelled.with_columns(
        pl.when(pl.col("topic") == "delivery")
        .then(pl.col("text") + " regards rosalind ashwell order A-4711 help@shop.example")
        .when((pl.col("topic") == "billing") & (pl.col("ticket_id").str.slice(-2) < "30"))
        .then(pl.col("text") + " zanzibar")
        .otherwise("text"),
        customer=pl.when((pl.col("topic") == "billing") & (pl.col("ticket_id").str.slice(-2) < "30"))
        .then(pl.lit("one"))
        .otherwise("customer"),
    )
    shown = words_shown(found(signed, ("Rosalind Ashwell",)))
    assert "parcel" in shown or "courier" in shown or "carrier" in shown
    for private in ("rosalind", "ashwell", "zanzibar", "4711", "shop", "help"):
        assert private not in shown
    assert "rosalind" in words_shown(found(signed)), "without the list of names she would be the word of all deliveries"


def test_a_label_that_is_somebodys_name_is_no_topic(half_labelled) -> None:
    named = half_labelled.with_columns(pl.col("label").replace({"delivery": "rosalind_ashwell"}))
    topics = found(named, ("Rosalind Ashwell",))
    assert set(topics.topics["topic"]) == {"billing", "account"}
    assert "rosalind_ashwell" not in topics.tickets["topic"].to_list()


def test_chinese_which_sets_no_blanks_is_learned_and_grouped() -> None:
    draw, rows = random.Random(2), []
    for number in range(240):
        topic = tuple(CHINESE)[number % 3]
        text = draw.choice(("您好，", "请问", "")) + draw.choice(CHINESE[topic]) + draw.choice(("。谢谢", "！", ""))
        rows.append(ticket(number, text, topic if number % 2 else None) | {"topic": topic})
    tickets = frame(rows)
    learned = beside_truth(found(tickets), tickets)
    assert (learned["topic"] == learned["truth"]).mean() > 0.95
    topics = found(tickets.with_columns(label=pl.lit(None, pl.String)))
    grouped = beside_truth(topics, tickets).drop_nulls("topic")
    pure = grouped.group_by("topic").agg(pl.col("truth").n_unique())["truth"]
    assert grouped.height > 120
    assert (pure == 1).all()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in words_shown(topics))


def test_two_languages_are_one_topic_where_labels_say_so() -> None:
    german = desk(language="German", labelled=0.5, seed=2).with_columns(ticket_id="de:" + pl.col("ticket_id"))
    both = pl.concat([desk(labelled=0.5), german])
    guessed = beside_truth(found(both), both).filter(pl.col("topic_method") == "learned")
    assert (guessed["topic"] == guessed["truth"]).mean() > 0.95
    assert guessed["ticket_id"].str.starts_with("de:").sum() > 100


def test_neither_the_order_of_tickets_nor_their_batches_change_a_byte(half_labelled) -> None:
    for tickets in (half_labelled, half_labelled.with_columns(label=pl.lit(None, pl.String))):
        one, other = found(tickets), found(tickets.sample(fraction=1, shuffle=True, seed=9), batch=37)
        assert one.tickets.write_csv() == other.tickets.write_csv()
        assert one.topics.write_csv() == other.topics.write_csv()
        assert one.card == other.card


def test_a_handful_of_tickets_is_left_to_be_read() -> None:
    topics = found(desk(49))
    assert topics.tickets.height == 49
    assert topics.tickets["topic"].null_count() == 49
    assert topics.card["verdict"].startswith("too little to go by: 49 tickets have words")


def test_no_ticket_at_all_is_no_mistake() -> None:
    topics = found(desk(3).clear())
    assert (topics.tickets.height, topics.topics.height) == (0, 0)


def test_tickets_without_words_have_no_topic_and_keep_their_row(half_labelled) -> None:
    empty = frame([ticket(900, None), ticket(901, "4711 / 2026-01-01 <br> https://shop.example/x")])
    topics = found(pl.concat([half_labelled.drop("topic"), empty]))
    rows = topics.tickets.filter(pl.col("ticket_id").is_in(["desk:00900", "desk:00901"]))
    assert rows["topic"].to_list() == [None, None]
