"""What the sample customers will order next: beans, filters and a mug, in that order of likelihood.

Stays out: how likely an order is at all (judgements).
"""

from __future__ import annotations

import json

CHANCES = {"shopify:p1": ("Coffee beans 1 kg", 0.6), "shopify:p2": ("Paper filters", 0.3), "shopify:p4": ("Mug", 0.1)}
QUANTITY = {"is_published": True, "verdict": "The quantity score is published. Champion: own median."}


def items(estate) -> None:
    for row in estate.tables.get("scores.next_purchase", []):
        for rank, (item_id, (name, chance)) in enumerate(CHANCES.items(), start=1):
            estate.add(
                "scores.next_items",
                customer_id=row["customer_id"],
                as_of_date=estate.as_of,
                model_version="sample-1",
                item_rank=rank,
                item_id=item_id,
                item_name=name,
                probability=chance,
                probability_low=chance - 0.05,
                probability_high=chance + 0.05,
                lift=2.0,
                reason="bought on 2 of 3 order days, last on 2026-10-01",
                evidence="own",
                quantity=4.0 - rank,
                quantity_low=1.0,
                quantity_high=6.0,
            )
    card = {"score_name": "next_items", "model_version": "sample-1", "champion": "own and usual", "is_published": True}
    details = {"loss_name": "share named in vain", "quantity": QUANTITY}
    verdict = "The next items score is published. It is 0.63 for what customers bought most often themselves."
    estate.add("scores.model_cards", **card, verdict=verdict, card=json.dumps(details))
