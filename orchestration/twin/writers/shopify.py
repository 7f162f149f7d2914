"""Shopify: orders in one file a block, orders that turned up late in a file of their own, and customers.

Belongs here: the files, and which order goes where. Stays out: what cells hold (shopify_orders, shopify_customers).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin import identifiers
from orchestration.twin.baskets import Orders
from orchestration.twin.dirt import LATE, Dirt, Spoiler
from orchestration.twin.lives import Lives
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import Companies, People
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.export_file import ExportFile
from orchestration.twin.writers.shopify_customers import CUSTOMER_COLUMNS, addresses, customer_rows
from orchestration.twin.writers.shopify_orders import ORDER_COLUMNS, order_rows, person_cells

ORDERS_AT_ONCE = 5_000
"""Orders turned to text together; bounds the memory of the widest export."""
LATE_AFTER_DAYS = 60.0
"""Only orders at least this old turn up late, well before anything that the newest snapshot would notice."""
_SPOILED_CELLS = (
    ("Total", "letter_in_number", "1O4.50"),
    ("Created at", "impossible_date", "2025-02-30 10:15:00 -0500"),
    ("Lineitem quantity", "letter_in_number", "two"),
)


class ShopifyWriter:
    """Streams blocks into `orders_export_<n>.csv`, `orders_export_late.csv` and `customers_export.csv`."""

    def __init__(self, landing: Path, timeline: Timeline, parameters: Parameters) -> None:
        self._landing, self._timeline, self._parameters = landing, timeline, parameters
        # Only first rows carry a total: a copy of one is an order of its own.
        self._spoiler = Spoiler(parameters, "Name", _SPOILED_CELLS, id_prefix="#", needs="Total")
        self._customers = ExportFile(landing, "shopify/customers_export.csv", CUSTOMER_COLUMNS)
        self._late = ExportFile(landing, "shopify/orders_export_late.csv", ORDER_COLUMNS)
        self._order_rows = 0

    def write(
        self,
        block: int,
        orders: Orders,
        people: People,
        companies: Companies,
        lives: Lives,
        rng: np.random.Generator,
    ) -> list[Dirt]:
        """Export the orders and the customers of one block as they stood on the as-of date."""
        as_of = self._timeline.as_of_day
        known = orders.known_on(as_of)
        has_left = np.zeros(len(people), bool)  # whoever is in the shop alone is on no list to leave
        has_left[: len(lives.unsubscribed_day)] = lives.unsubscribed_day < as_of
        accepts = (people.mailchimp_day < as_of) & ~has_left
        persons = person_cells(addresses(people, companies), people.email, accepts)
        numbers = identifiers.shopify_order_numbers(block, len(known))
        is_late = (rng.random(len(known)) < self._parameters.late_order_share) & (known.day < as_of - LATE_AFTER_DAYS)

        file = ExportFile(self._landing, f"shopify/orders_export_{block + 1}.csv", ORDER_COLUMNS, spoiler=self._spoiler)
        dirt: list[Dirt] = []
        for start in range(0, len(known), ORDERS_AT_ONCE):
            stop = min(start + ORDERS_AT_ONCE, len(known))
            rows = order_rows(known.between(start, stop), numbers[start:stop], persons, self._timeline)
            is_late_row = pl.Series(is_late[start:stop][rows["order"].to_numpy()])
            dirt += file.append(rows.filter(~is_late_row).drop("order"), rng)
            dirt += self._append_late(rows.filter(is_late_row))
        file.close()
        self._order_rows += file.rows
        self._customers.append(customer_rows(known, people, companies, accepts))
        return dirt

    def close(self) -> dict[str, int]:
        """Close all files; data rows by table."""
        self._late.close()
        self._customers.close()
        return {"shopify.orders": self._order_rows + self._late.rows, "shopify.customers": self._customers.rows}

    def _append_late(self, rows: pl.DataFrame) -> list[Dirt]:
        first_row = self._late.rows
        self._late.append(rows.drop("order"))
        detail = "an order that an earlier export should have held"
        return [
            Dirt(self._late.name, first_row + number, name, "late_order", detail, LATE)
            for number, (name, total) in enumerate(rows.select("Name", "Total").iter_rows(), start=1)
            if total is not None
        ]
