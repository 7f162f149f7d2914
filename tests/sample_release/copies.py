"""A release a hundred times as large: every customer and what belongs to them, again and again under new ids."""

from __future__ import annotations

COPIES = 100
IDS = {
    "marts.dim_customers": [],
    "marts.fct_orders": ["order_id"],
    "marts.fct_tickets": ["ticket_id"],
    "marts.fct_interactions": ["interaction_id"],
    "scores.churn": [],
    "scores.next_purchase": [],
    "scores.lifetime_value": [],
    "segments.customer_segments": [],
    "pii.pii_customers": [],
}


def a_hundredfold(con) -> None:
    """Multiply the rows of a sample build by COPIES."""
    for table, keys in IDS.items():
        renamed = ", ".join(f"{column} || '-' || copy as {column}" for column in ["customer_id", *keys])
        con.execute(
            f"insert into {table} by name select t.* replace ({renamed}) from {table} t, range(1, {COPIES}) c(copy)"
        )
