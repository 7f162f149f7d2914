"""What the sample segments will bring together: sums of what is said of their members, each with an interval.

Stays out: the members (judgements), what is said of each (judgements).
"""

from __future__ import annotations


def totals(estate) -> None:
    said = {row["customer_id"]: row for row in estate.tables.get("scores.lifetime_value", [])}
    members = {"all_customers": [row["customer_id"] for row in estate.tables["marts.dim_customers"]]}
    for row in estate.tables.get("segments.customer_segments", []):
        members.setdefault(row["segment_name"], []).append(row["customer_id"])
    for name, who in members.items():
        scored = [said[customer] for customer in who if customer in said]
        orders = sum(row["predicted_number_of_orders"] for row in scored) / 4
        revenue = sum(row["predicted_clv_90d_amount"] for row in scored)
        estate.add(
            "scores.segment_totals",
            segment_name=name,
            as_of_date=estate.as_of,
            model_version="sample-1",
            horizon_days=90,
            count_customers=len(who),
            count_scored_customers=len(scored),
            predicted_number_of_orders=orders,
            predicted_number_of_orders_low=orders * 0.8,
            predicted_number_of_orders_high=orders * 1.3,
            predicted_revenue_amount=revenue,
            predicted_revenue_low=revenue * 0.75,
            predicted_revenue_high=revenue * 1.4,
        )
