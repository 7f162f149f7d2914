"""A company of the twin as a model sees it, and beside it what is true of each of its customers.

Belongs here: reading the exports and truth/, and what follows from a customer's true rates. A person is the true one:
who belongs together is the business of identity. Stays out: what a model makes of it, and how near that comes
(recovery.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from models_ml.datasets import summarise_purchases
from orchestration.twin.estate import generate
from orchestration.twin.parameters import DEFAULT, Parameters
from orchestration.twin.timeline import YEAR_DAYS, Timeline

AS_OF = date(2026, 11, 1)
"""Seven weeks before Christmas: the next 90 days are the busiest of the year."""
_ORDER = ("Name", "Email", "Total", "Created at", "Cancelled at", "Refunded Amount")

PLAIN = replace(
    DEFAULT,
    peak_height=0.0,
    dip_depth=0.0,
    slow_ticket_dropout=1.0,
    neglected_ticket_dropout=1.0,
    unhappy_dropout=1.0,
    matched_channel_dropout=1.0,
    missed_channel_dropout=1.0,
    helping_purchase=1.0,
    annoying_dropout=1.0,
)
"""The company of the demo, had it no seasons, no grievances and no mailings that work: exactly what Pareto/NBD says."""


@dataclass(frozen=True)
class KnownTruth:
    """`events`: customer_id, order_date, amount as exported. `customers`: a row a buyer, summary and truth."""

    home: Path
    parameters: Parameters
    events: pl.DataFrame
    customers: pl.DataFrame

    @property
    def history(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(x, t_x, T) in days, one entry a customer; so are all arrays below."""
        return tuple(self.of(name) for name in ("frequency", "recency_days", "t_days"))

    def of(self, name: str) -> np.ndarray:
        """A column of `customers` as numbers; nulls are nan."""
        return self.customers[name].cast(pl.Float64).to_numpy()

    @cached_property
    def season(self) -> np.ndarray:
        """True purchase intensity of each of the next 365 days, 1 in the mean of a year."""
        timeline = Timeline(AS_OF, self.parameters)
        return np.repeat(timeline.season[self.parameters.history_weeks :], 7)[:365]

    @property
    def buying(self) -> np.ndarray:
        """True days a year with an order that stands, while a customer: two orders on one day are one purchase."""
        return -np.expm1(-self.of("purchase_rate") * (1 - self.parameters.cancel_share) / YEAR_DAYS) * YEAR_DAYS

    def expected_days(self, horizon: int) -> np.ndarray:
        """True expected purchases within `horizon` days at the season of a mean day.

        A customer who is there buys λ·(1 − e^(−μH))/μ times before leaving (Schmittlein, Morrison & Colombo 1987); what
        future tickets and mailings will do to λ and μ is left out.
        """
        buying, leaving = self._rates
        return self.of("is_alive") * buying * -np.expm1(-leaving * horizon) / leaving

    def silent(self, horizon: int) -> np.ndarray:
        """True probability of no purchase within `horizon` days at the season of a mean day: left, or leaves first."""
        buying, leaving = self._rates
        either = buying + leaving
        return 1 - self.of("is_alive") * buying / either * -np.expm1(-either * horizon)

    @property
    def _rates(self) -> tuple[np.ndarray, np.ndarray]:
        return self.buying / YEAR_DAYS, np.maximum(self.of("dropout_rate") / YEAR_DAYS, 1e-12)


def know(home: Path, customers: int, seed: int, parameters: Parameters = DEFAULT) -> KnownTruth:
    """Generate a company of `customers` people under `home`, and read what it exported and what is true of it."""
    generate(home, customers, AS_OF, seed, parameters=parameters)
    events = pl.concat(_events(home))
    truth = pl.read_parquet(home / "truth" / "customers.parquet").rename({"person_id": "customer_id"})
    return KnownTruth(home, parameters, events, summarise_purchases(events, AS_OF).join(truth, on="customer_id"))


def spoilt_rows(home: Path, file: str) -> set[int]:
    """Numbers of the data rows of an export that were planted as unreadable; intake keeps them back."""
    dirt = pl.read_parquet(home / "truth" / "dirt.parquet").filter(expected_fate="quarantined", file=file)
    return set(dirt["row_number"])


def _events(home: Path) -> Iterator[pl.DataFrame]:
    """Orders that were not cancelled, less refunds, of people whom the shop knows; dates are UTC, as in truth/."""
    names = pl.read_parquet(home / "truth" / "identities.parquet").filter(source="shopify")
    names = names.select("email_md5", customer_id="person_id")
    for file in sorted((home / "landing" / "shopify").glob("orders_export*.csv")):
        rows = pl.read_csv(file, columns=list(_ORDER), infer_schema=False, truncate_ragged_lines=True)
        spoilt = spoilt_rows(home, f"shopify/{file.name}")
        rows = rows.with_row_index("row_number", 1).filter(~pl.col("row_number").is_in(spoilt))
        # Only the first line of an order has its total.
        rows = rows.filter(pl.col("Total").is_not_null(), pl.col("Cancelled at").is_null())
        addresses = rows.select(pl.col("Email").drop_nulls().unique())
        hashed = [hashlib.md5(email.strip().lower().encode()).hexdigest() for email in addresses["Email"]]
        known = addresses.with_columns(email_md5=pl.Series(hashed, dtype=pl.String)).join(names, on="email_md5")
        at = pl.col("Created at").str.to_datetime("%Y-%m-%d %H:%M:%S %z", time_zone="UTC")
        amount = pl.col("Total").cast(pl.Float64) - pl.col("Refunded Amount").cast(pl.Float64)
        orders = rows.join(known, on="Email", maintain_order="left")
        yield orders.select("customer_id", order_date=at.dt.date(), amount=amount)
