"""What each ticket is about and how its customer sounds, from all of its messages.

Learned from labels where enough tickets carry some, else grouped by their words; learned on a sample, applied to
batches, so that memory does not grow with the tickets. Belongs here: which of the two, the rows, the model card.
Stays out: reading texts (the caller), each step (learned_topics, topic_clusters, ticket_sentiment, topic_terms).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from models_ml.learned_topics import Learned, learn
from models_ml.result import TICKET_TOPICS, TOPICS
from models_ml.threads import single_threaded
from models_ml.ticket_sentiment import Sentiment, learn_sentiment
from models_ml.ticket_text import NGrams, words_only
from models_ml.topic_clusters import Clusters, find_clusters
from models_ml.topic_terms import Terms

NAME = "ticket_topics"
MIN_TICKETS = 50
"""Below this a person reads them all in an hour and knows better."""


@dataclass(frozen=True)
class Topics:
    """Rows of `ticket_topics` and of `topics`, and the model card."""

    tickets: pl.DataFrame
    topics: pl.DataFrame
    card: dict


@dataclass(frozen=True)
class _Reader:
    """What was learned from the sample; a part that is None says nothing."""

    ngrams: NGrams
    found: Learned | Clusters | None
    sentiment: Sentiment | None


@single_threaded
def find_topics(sample: pl.DataFrame, batches: Iterable[pl.DataFrame], names: set[str], as_of_date: date) -> Topics:
    """Learn from `sample` and judge every ticket of `batches`.

    Frames have `ticket_id`, `customer` (who stands behind it), `label` and `is_good` (null where unknown), `text` and
    `customer_text`. No word of `names` becomes part of a topic's name.
    """
    sample = _readable(sample).drop_nulls("words")
    reader, said = _learn(sample, names)
    rows = [pl.DataFrame(schema=TICKET_TOPICS), *(_judged(reader, batch, as_of_date) for batch in batches)]
    tickets = pl.concat(rows).sort("ticket_id")
    return Topics(tickets, _topic_rows(reader.found, tickets, as_of_date), _card(reader, said, as_of_date))


def _learn(sample: pl.DataFrame, names: set[str]) -> tuple[_Reader, str]:
    texts = sample["words"].to_list()
    if sample.height < MIN_TICKETS or not len(ngrams := NGrams().fit(texts)):
        few = f"{sample.height:,} tickets have words, {MIN_TICKETS} with words in common are needed"
        return _Reader(NGrams(), None, None), f"too little to go by: {few}"
    x, terms = ngrams.transform(texts), Terms(texts, sample["customer"].to_numpy(), names)
    found, said = learn(x, sample, terms, names)
    if found is None:
        found, grouped = find_clusters(x, terms)
        said = f"{said}; {grouped}"
    sentiment, felt = learn_sentiment(sample)
    return _Reader(ngrams, found, sentiment), f"topics: {said}. Sentiment: {felt}"


def _readable(tickets: pl.DataFrame) -> pl.DataFrame:
    """In one order, with the words of each text."""
    tickets = tickets.sort("ticket_id")
    return tickets.with_columns(
        words_only(tickets["text"]).alias("words"),
        words_only(tickets["customer_text"]).alias("customer_words"),
    )


def _judged(reader: _Reader, batch: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    tickets = _readable(batch).with_columns(pl.lit(as_of_date).alias("as_of_date"))
    nothing = {name: pl.lit(None, dtype=kind).alias(name) for name, kind in TICKET_TOPICS.items()}
    tickets = tickets.with_columns(value for name, value in nothing.items() if name not in tickets.columns)
    if reader.found is not None:
        tickets = _with_topics(reader, tickets)
    if reader.sentiment is not None:
        tickets = tickets.with_columns(reader.sentiment.bad_probability(tickets).alias("bad"))
        sentiment, confidence = reader.sentiment.words(pl.col("bad"))
        tickets = tickets.with_columns(sentiment.alias("sentiment"), confidence.alias("sentiment_confidence"))
    return tickets.select(TICKET_TOPICS.names()).cast(TICKET_TOPICS)


def _with_topics(reader: _Reader, tickets: pl.DataFrame) -> pl.DataFrame:
    found = reader.found
    told = tickets.select("ticket_id", "words").drop_nulls()
    if told.height:
        place, sure = found.guess(reader.ngrams.transform(told["words"].to_list()))
        guessed = pl.Series([found.names[at] if at >= 0 else None for at in place.tolist()], dtype=pl.String)
        told = told.select("ticket_id", guessed.alias("topic"), pl.Series("topic_confidence", sure))
    else:
        told = told.select("ticket_id", topic=pl.lit(None, pl.String), topic_confidence=pl.lit(None, pl.Float64))
    told = told.with_columns(pl.when(pl.col("topic").is_not_null()).then("topic_confidence"))
    tickets = tickets.drop("topic", "topic_confidence").join(told, on="ticket_id", how="left", maintain_order="left")
    method = pl.when(pl.col("topic").is_not_null()).then(pl.lit(found.method))
    tickets = tickets.with_columns(method.alias("topic_method"))
    if isinstance(found, Clusters):
        return tickets
    # What the helpdesk itself says is not guessed.
    is_given = pl.col("label").is_in(found.names)
    return tickets.with_columns(
        pl.when(is_given).then("label").otherwise("topic").alias("topic"),
        pl.when(~is_given.fill_null(False)).then("topic_confidence"),
        pl.when(is_given).then(pl.lit("given")).otherwise("topic_method").alias("topic_method"),
    )


def _topic_rows(found: Learned | Clusters | None, tickets: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    if found is None:
        return pl.DataFrame(schema=TOPICS)
    counts = tickets.drop_nulls("topic").group_by("topic").agg(pl.len().alias("count_tickets"))
    listed = pl.DataFrame(
        {
            "topic": found.names,
            "topic_source": [found.source] * len(found.names),
            "terms": [", ".join(words) or None for words in found.terms],
            "as_of_date": [as_of_date] * len(found.names),
        },
        schema={name: kind for name, kind in TOPICS.items() if name != "count_tickets"},
    )
    return listed.join(counts, on="topic", how="inner").select(TOPICS.names()).cast(TOPICS).sort("topic")


def _card(reader: _Reader, said: str, as_of_date: date) -> dict:
    parts = {"topics": reader.found, "sentiment": reader.sentiment}
    return {
        "score_name": NAME,
        "model_version": f"{NAME}-{as_of_date:%Y%m%d}",
        "champion": reader.found.source if reader.found else None,
        "is_published": any(part is not None for part in parts.values()),
        "verdict": said,
        **{name: part.card for name, part in parts.items() if part is not None},
    }
