"""What the demo's customers write: believable, told apart from its tags, and what the models make of it."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import polars as pl
import pytest
from sklearn.metrics import adjusted_rand_score

from models_ml.ticket_topics import Topics, find_topics

TOPICS = {"delivery", "billing", "product_defect", "account", "returns"}


def exported(twin) -> pl.DataFrame:
    """Tickets as the warehouse gives them to the model, read from the export in a few lines."""
    rows = []
    for ticket in twin.objects("tickets"):
        public = [comment for comment in ticket["comments"] if comment["public"]]
        own = [comment["body"] for comment in public if comment["author_id"] == ticket["requester_id"]]
        score = ticket["satisfaction_rating"]["score"]
        rows.append(
            {
                "ticket_id": str(ticket["id"]),
                "customer": str(ticket["requester_id"]),
                "label": next(iter(ticket["tags"]), None),
                "is_good": {"good": True, "bad": False}.get(score),
                "text": "\n".join([ticket["subject"], *(comment["body"] for comment in public)]),
                "customer_text": "\n".join([ticket["subject"], *own]),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


@pytest.fixture(scope="module")
def tickets(twin) -> pl.DataFrame:
    return exported(twin)


def found(tickets: pl.DataFrame) -> Topics:
    return find_topics(tickets, [tickets], set(), date(2026, 11, 1))


def beside_truth(topics: Topics, twin) -> pl.DataFrame:
    truth = twin.truth("tickets").rename({"topic": "truth"})
    return topics.tickets.join(truth, on="ticket_id", validate="1:1")


@pytest.fixture(scope="module")
def learned(tickets, twin) -> pl.DataFrame:
    return beside_truth(found(tickets), twin)


def test_the_truth_knows_every_ticket_and_its_language(twin, tickets) -> None:
    truth = twin.truth("tickets")
    assert set(truth["ticket_id"]) == set(tickets["ticket_id"])
    assert set(truth["topic"]) == TOPICS
    spoken = dict(truth.group_by("language").len().iter_rows())
    assert set(spoken) == {"English", "German", "French"}
    assert spoken["English"] > 0.85 * truth.height


def test_the_desk_leaves_some_tickets_without_a_tag_and_tags_a_few_wrongly(twin, tickets) -> None:
    both = tickets.join(twin.truth("tickets"), on="ticket_id")
    assert both["label"].null_count() / both.height == pytest.approx(0.3, abs=0.05)
    tagged = both.drop_nulls("label")
    assert 0.01 < (tagged["label"] != tagged["topic"]).mean() < 0.08


def test_some_say_what_it_is_about_only_in_a_later_message(twin) -> None:
    vague = [t for t in twin.objects("tickets") if t["subject"] in ("A question", "Help please", "My last order")]
    assert len(vague) > 20
    later = Counter(len([c for c in t["comments"] if c["author_id"] == t["requester_id"]]) > 1 for t in vague)
    assert later[True] == len(vague)


def test_topics_of_untagged_tickets_are_those_of_the_truth(learned) -> None:
    guessed = learned.filter(pl.col("topic_method") == "learned")
    untagged = learned.filter(pl.col("topic_method").fill_null("") != "given")
    assert (guessed["topic"] == guessed["truth"]).mean() > 0.95
    assert guessed.height > 0.8 * untagged.height
    abroad = guessed.filter(pl.col("language") != "English")
    assert (abroad["topic"] == abroad["truth"]).mean() > 0.8
    read = learned.drop_nulls("topic")
    assert adjusted_rand_score(read["truth"].to_list(), read["topic"].to_list()) > 0.85


def test_the_bound_bites_on_texts_that_were_dealt_out_anew(tickets) -> None:
    dealt = tickets["text"].to_list()
    random.Random(1).shuffle(dealt)
    card = found(tickets.with_columns(text=pl.Series(dealt))).card
    assert "the texts do not tell" in card["verdict"]


def test_without_any_tag_a_group_is_of_one_topic(tickets, twin) -> None:
    """Every phrase of the demo is a group of its own, so that there are more groups than topics."""
    grouped = beside_truth(found(tickets.with_columns(label=pl.lit(None, pl.String))), twin).drop_nulls("topic")
    main = grouped.group_by("topic").agg(pl.col("truth").mode().sort().first().alias("main"))
    both = grouped.join(main, on="topic")
    assert grouped.height > 0.7 * tickets.height
    assert (both["main"] == both["truth"]).mean() > 0.8
    assert (both["main"].shuffle(seed=1) == both["truth"]).mean() < 0.5


def test_who_sounds_negative_is_unhappy_whether_or_not_they_rated(make_twin) -> None:
    """Rated are two in five, so it takes a larger company to learn from."""
    twin = make_twin(3_000, 7)
    read = beside_truth(found(exported(twin)), twin)
    shares = dict(read.group_by("sentiment").agg(pl.col("is_unhappy").mean()).iter_rows())
    assert shares["negative"] > 2 * read["is_unhappy"].mean()
    assert shares["positive"] < read["is_unhappy"].mean() / 2
