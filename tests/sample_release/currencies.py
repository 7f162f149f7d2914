"""The one currency of the sample. Stays out: what was sold for it (estate)."""

from __future__ import annotations


def money(estate) -> None:
    amounts = len(estate.tables.get("marts.fct_orders", []))
    estate.add(
        "marts.dim_currencies",
        currency="USD",
        is_reporting_currency=True,
        count_amounts=amounts,
        count_unconverted_amounts=0,
    )
