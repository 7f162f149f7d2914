"""What the sample's tickets are about: their category where it is a topic, and a guess for every third one.

Stays out: the tickets (estate).
"""

from __future__ import annotations

import json

TERMS = {"delivery": "parcel, tracking, carrier", "invoice": "charged, statement"}
VERDICT = "topics: learned from labels; of 400 labelled tickets, held back in turn, 91% were guessed right"


def topics(estate) -> None:
    told = {}
    for number, ticket in enumerate(estate.tables.get("marts.fct_tickets", [])):
        # A category without a topic of its own is one that too few tickets carry.
        topic = ticket["category"] if ticket["category"] in TERMS else None
        is_guess = topic is not None and number % 3 == 0
        sentiment = (None, "negative", "positive", None)[number % 4]
        row = {
            "ticket_id": ticket["ticket_id"],
            "topic": topic,
            "topic_confidence": 0.87 if is_guess else None,
            "topic_method": None if topic is None else "learned" if is_guess else "given",
            "sentiment": sentiment,
            "sentiment_confidence": None if sentiment is None else 0.7,
        }
        told[topic] = told.get(topic, 0) + 1
        estate.add("scores.ticket_topics", as_of_date=estate.as_of, **row)
        facts = {name: ticket[name] for name in ("customer_id", "source_name", "created_date")}
        estate.add("marts.fct_ticket_topics", **row, **facts)
    for topic, terms in TERMS.items():
        if topic in told:
            kept = {"topic_source": "labels", "terms": terms, "count_tickets": told[topic]}
            estate.add("scores.topics", topic=topic, as_of_date=estate.as_of, **kept)
    card = {"score_name": "ticket_topics", "model_version": "sample-1", "champion": "labels", "is_published": True}
    estate.add("scores.model_cards", **card, verdict=VERDICT, card=json.dumps({"topics": {}}))
