"""What follows what in the sample: filters after beans, beans after beans, with curves, pairs and who is due.

The numbers are plain: 40 % within 90 days, growing evenly, against a usual of 10 %. Stays out: the orders (estate).
"""

from __future__ import annotations

import json
from datetime import timedelta

BEANS, FILTERS = ("shopify:p1", "Coffee beans 1 kg"), ("shopify:p2", "Paper filters")
VERDICT = "1 of 6 pairs of products and 1 of 4 refills are bought more often than usual"


def sequences(estate) -> None:
    for then in (FILTERS, BEANS):
        _sequence(estate, then, is_refill=then == BEANS)
    for one, other in ((BEANS, FILTERS), (FILTERS, BEANS)):
        estate.add(
            "marts.agg_product_pairs",
            **dict(zip(("product_id", "product_name"), one, strict=True)),
            **dict(zip(("other_product_id", "other_product_name"), other, strict=True)),
            **{"count_orders": 300, "count_orders_of_product": 150, "count_orders_both": 90},
            **{"support": 0.3, "confidence": 0.6, "lift": 1.2, "lift_low": 1.1, "lift_high": 1.3},
        )
    card = {"score_name": "product_sequences", "model_version": "sample-1", "champion": None, "is_published": True}
    estate.add("scores.model_cards", **card, verdict=VERDICT, card=json.dumps({"pairs_tried": 6}))
    lines = estate.tables.get("marts.fct_order_lines", [])
    bought = {row["customer_id"]: row["order_date"] for row in lines if row["product_id"] == BEANS[0]}
    quiet = {row["customer_id"] for row in estate.tables.get("segments.quiet_customers", [])}
    for who, day in bought.items():
        if who in quiet:
            continue
        since = (estate.as_of - day).days
        if 22 <= since <= 68:
            reason = f"bought Coffee beans 1 kg {since} days ago; 40 % of such customers buy it again within 90 days"
            due = {"product_id": BEANS[0], "then_product_id": BEANS[0], "share_who_buy": 0.4}
            due |= {"due_from_date": day + timedelta(days=22), "due_until_date": day + timedelta(days=68)}
            estate.add("segments.seg_due_for_next_product", customer_id=who, reason=reason, **due)
            member = {"segment_name": "due_for_next_product", "customer_id": who, "as_of_date": estate.as_of}
            estate.add("segments.customer_segments", reason=reason, **member)


def _sequence(estate, then: tuple[str, str], is_refill: bool) -> None:
    pair = {"product_id": BEANS[0], "then_product_id": then[0]}
    shares = {}
    for days in (30, 60, 90):
        share = 0.4 * days / 90
        shares |= {f"share_{days}d": share, f"share_{days}d_low": share - 0.05, f"share_{days}d_high": share + 0.05}
        shares[f"base_{days}d"] = share / 4
    names = {"product_name": BEANS[1], "then_product_name": then[1]}
    counts = {"count_customers": 200, "count_bought": 70, "expected_bought": 17.5}
    rest = {"lift": 4.0, "lift_low": 3.0, "lift_high": 5.3, "q_value": 0.001}
    rest |= {"median_days": 45, "due_from_days": 22, "due_until_days": 68, "is_refill": is_refill}
    rest["count_other_order"] = None if is_refill else 12
    estate.add("scores.product_sequences", as_of_date=estate.as_of, **pair, **names, **counts, **shares, **rest)
    for day in range(91):
        share = 0.4 * day / 90
        points = {"share": share, "low": max(share - 0.05, 0), "high": share + 0.05 * (day > 0), "base": share / 4}
        estate.add("scores.product_sequence_curves", **pair, day=day, count_at_risk=200 - day, **points)
