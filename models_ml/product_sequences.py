"""What is bought after what, when, and how much oftener than usual; refills of the same product included.

A customer starts with a first purchase of A and waits for a first one of B; whoever has B by then is not counted. The
usual is what followed comparable purchases (same month, as many products bought so far) that did not start A.
Belongs here: counts per day (features) → tested pairs with shares, base, lift and due window.
Stays out: counting, who is comparable (the features), and who is due now (the segment).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from models_ml.false_discovery import exceeds_expected, q_values
from models_ml.incidence import Z95, Incidence, day_of_share, hazards, incidence
from models_ml.result import PRODUCT_SEQUENCE_CURVES, PRODUCT_SEQUENCES

NAME = "product_sequences"
HORIZONS = (30, 60, 90)
FIRST, LATER = "product_number", "then_product_number"
STRATUM = ["start_month", "breadth_class"]
CASE_KEY = [LATER, FIRST, *STRATUM, "lag_days", "followed_days"]
CONTROL_KEY = [LATER, *STRATUM, "lag_days", "followed_days"]


@dataclass(frozen=True)
class Rules:
    """The vars of dbt_project.yml that begin with `sequence_`; their reasons stand there."""

    window_days: int = 90
    minimum_buyers: int = 100
    false_discovery_rate: float = 0.05

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Rules:
        return cls(**{name: values[f"sequence_{name}"] for name in cls.__dataclass_fields__})


MIN_EXPECTED = 5.0
"""Buyers expected before a pair is tried. Decided without looking at how many there are, so that the choice of what to
try cannot favour chance (independent filtering: Bourgon, Gentleman & Huber 2010)."""
MIN_FOLLOWED = 30
"""Customers still watched on the last day: with fewer the end of the curve hangs on single people."""


@dataclass(frozen=True)
class Sequences:
    """Rows of `product_sequences` and of `product_sequence_curves`, and the model card."""

    found: pl.DataFrame
    curves: pl.DataFrame
    card: dict


@dataclass(frozen=True)
class _Tried:
    """One product bought later, against all products bought first that can be judged; arrays have a row per `first`."""

    later: int
    first: np.ndarray
    at_risk: np.ndarray
    share: Incidence
    base: np.ndarray
    base_events: np.ndarray
    bought: np.ndarray
    expected: np.ndarray
    other_order: np.ndarray

    @property
    def is_refill(self) -> np.ndarray:
        return self.first == self.later

    def only(self, kept: np.ndarray) -> _Tried:
        picked = {name: getattr(self, name)[kept] for name in ("first", "at_risk", "base", "base_events", "bought",
                                                               "expected", "other_order")}  # fmt: skip
        return _Tried(self.later, share=Incidence(self.share.share[kept], self.share.greenwood[kept]), **picked)


def find_sequences(
    cases: pl.DataFrame, controls: pl.DataFrame, products: pl.DataFrame, as_of_date: date, rules: Rules
) -> Sequences:
    """The pairs and refills that are bought more often than usual, at the false discovery rate of the rules.

    Frames are those of features.ftr_sequence_cases, ftr_sequence_controls and ftr_sequence_products.
    """
    products = products.sort("product_number")
    tried = list(_Counts(cases, controls, products.height, rules.window_days).tried())
    p_values = [exceeds_expected(one.bought, one.expected, one.base_events) for one in tried]
    q_by_kind = _q_values(tried, p_values)
    rows, curves = [PRODUCT_SEQUENCES.to_frame()], [PRODUCT_SEQUENCE_CURVES.to_frame()]
    for one, q in zip(tried, q_by_kind, strict=True):
        is_found = q <= rules.false_discovery_rate
        if is_found.any():
            rows.append(_rows(one.only(is_found), q[is_found], products, as_of_date))
            curves.append(_curve_rows(one.only(is_found), products))
    found = pl.concat(rows).sort("q_value", "product_id", "then_product_id")
    curve = pl.concat(curves).sort("product_id", "then_product_id", "day")
    refills_tried = int(sum(one.is_refill.sum() for one in tried))
    pairs_tried = int(sum(len(one.first) for one in tried)) - refills_tried
    return Sequences(found, curve, _card(found, products.height, pairs_tried, refills_tried, as_of_date, rules))


class _Counts:
    """The counts as arrays: customers at risk and buying, per product bought first and day after; the same of moments,
    per stratum (month and breadth) and day."""

    def __init__(self, cases: pl.DataFrame, controls: pl.DataFrame, n_products: int, window: int) -> None:
        self.days, self.n_products = window + 2, n_products
        # Sums of weights depend on the order of rows, which a warehouse does not promise.
        cases, controls = cases.sort(CASE_KEY), controls.sort(CONTROL_KEY)
        strata = controls.select(STRATUM).unique().sort(STRATUM)
        strata = strata.with_row_index("stratum").with_columns(pl.col("stratum").cast(int))
        self.n_strata = strata.height
        controls = controls.join(strata, on=STRATUM, maintain_order="left")
        starts = cases.filter(pl.col(LATER).is_null()).join(strata, on=STRATUM, maintain_order="left")
        moments = controls.filter(pl.col(LATER).is_null())
        n = n_products
        self.started = self._entered(starts, FIRST, "count_customers", n)
        self.started_weighted = self._entered(starts, FIRST, "comparison_weight", n)
        self.moments = self._entered(moments, "stratum", "count_moments", self.n_strata)
        per_start = starts["comparison_weight"] / starts["count_customers"]
        self.weights = np.zeros((n, self.n_strata))
        self.weights[starts[FIRST].to_numpy(), starts["stratum"].to_numpy()] = per_start.to_numpy()
        self.squared_weights = self.weights**2
        self.cases = _by_later(cases)
        self.controls = _by_later(controls)

    def tried(self) -> Iterator[_Tried]:
        """Every product bought later, with the products bought first for which enough buyers are expected."""
        n = self.n_products
        bought = np.zeros((n, n))
        counted = []
        for later in range(n):
            cases, controls = self.cases[later], self.controls[later]
            at_risk, events = self._waiting(cases, self.started, FIRST, "count_customers")
            base_at_risk, base_events, sharing = self._usual(cases, controls, later)
            base_hazard = hazards(base_at_risk, base_events)
            base = 1 - np.cumprod(1 - base_hazard, axis=1)
            bought[:, later] = events.sum(axis=1)
            is_tried = (at_risk[:, 1] * base[:, -1] >= MIN_EXPECTED) & (at_risk[:, -1] >= MIN_FOLLOWED)
            first = np.flatnonzero(is_tried)
            one = _Tried(
                later=later,
                first=first,
                at_risk=at_risk[first],
                share=incidence(at_risk[first], events[first]),
                base=base[first],
                base_events=(base_events.sum(axis=1) / sharing)[first],
                bought=bought[first, later],
                expected=(at_risk * base_hazard).sum(axis=1)[first],
                other_order=first,
            )
            counted.append(one)
        for one in counted:
            yield replace(one, other_order=bought[one.later, one.first])

    def _usual(self, cases: pl.DataFrame, controls: pl.DataFrame, later: int):
        """At risk and events per day of the comparable moments, and how much less than independent they are."""
        at_risk, events = self._waiting(controls, self.moments, "stratum", "count_moments")
        # Starts of the first product are no comparison for themselves. Those of a refill never were: they have it.
        others = cases.filter(pl.col(FIRST) != later)
        started = self.started_weighted.copy()
        started[later] = 0
        own_at_risk, own_events = self._waiting(others, started, FIRST, "comparison_weight")
        usual = self.weights @ np.hstack([at_risk, events]) - np.hstack([own_at_risk, own_events])
        usual_at_risk, usual_events = np.hsplit(np.maximum(usual, 0), 2)
        # Kish (1965): unequal weights, and one purchase that ends the wait of several moments, tell less.
        total = events.sum(axis=1)
        bought = controls.filter(pl.col("lag_days") > 0)
        repeats = bought["count_sharing"].sum() / max(bought["count_moments"].sum(), 1)
        unequal = (self.squared_weights @ total) / np.maximum(self.weights @ total, 1e-12)
        return usual_at_risk, usual_events, np.maximum(unequal * repeats, 1e-12)

    def _waiting(self, rows: pl.DataFrame, entered: np.ndarray, unit: str, count: str) -> tuple[np.ndarray, np.ndarray]:
        """At risk and events per unit and day (0 … window), of all who entered less those who have left."""
        code, lag, followed = (rows[name].to_numpy() for name in (unit, "lag_days", "followed_days"))
        number = rows[count].cast(pl.Float64).to_numpy()
        size = len(entered)
        gone = self._changes(code, lag + 1, number, size) - self._changes(code, followed + 1, number, size)
        events = self._changes(code, lag, np.where(lag > 0, number, 0), size)
        return (entered - np.cumsum(gone, axis=1))[:, :-1], events[:, :-1]

    def _entered(self, rows: pl.DataFrame, unit: str, count: str, size: int) -> np.ndarray:
        """How many are watched on each day after their start, if nobody left."""
        code, number = rows[unit].to_numpy(), rows[count].cast(pl.Float64).to_numpy()
        followed = rows["followed_days"].to_numpy()
        came = self._changes(code, np.zeros_like(followed), number, size)
        return np.cumsum(came - self._changes(code, followed + 1, number, size), axis=1)

    def _changes(self, code: np.ndarray, day: np.ndarray, number: np.ndarray, size: int) -> np.ndarray:
        flat = np.bincount(code * self.days + day, weights=number, minlength=size * self.days)
        return flat.reshape(size, self.days)


def _by_later(rows: pl.DataFrame) -> dict[int, pl.DataFrame]:
    rows = rows.filter(pl.col(LATER).is_not_null())
    return {int(number): part for (number,), part in rows.partition_by(LATER, as_dict=True).items()}


def _q_values(tried: list[_Tried], p_values: list[np.ndarray]) -> list[np.ndarray]:
    """Pairs and refills are two families: many true refills must not make it easier for pairs."""
    found = [np.empty(len(p)) for p in p_values]
    for refills in (True, False):
        masks = [one.is_refill == refills for one in tried]
        pooled = q_values(np.concatenate([np.empty(0), *(p[m] for p, m in zip(p_values, masks, strict=True))]))
        parts = np.split(pooled, np.cumsum([m.sum() for m in masks]))
        for q, mask, part in zip(found, masks, parts, strict=False):
            q[mask] = part
    return found


def _rows(one: _Tried, q: np.ndarray, products: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    share, base, size = one.share.share, one.base, len(one.first)
    low, high = one.share.interval()
    ids, names = products["product_id"], products["product_name"]
    told = [("share", "", share), ("share", "_low", low), ("share", "_high", high), ("base", "", base)]
    lift = share[:, -1] / base[:, -1]
    margin = np.exp(Z95 * np.sqrt(one.share.log_variance(-1) + 1 / one.base_events))
    columns = {
        "product_id": ids.gather(one.first),
        "product_name": names.gather(one.first),
        "then_product_id": ids.gather([one.later] * size),
        "then_product_name": names.gather([one.later] * size),
        "is_refill": one.is_refill,
        "as_of_date": pl.Series([as_of_date] * size, dtype=pl.Date),
        "count_customers": one.at_risk[:, 1].round(),
        "count_bought": one.bought.round(),
        "expected_bought": one.expected,
        "count_other_order": pl.Series(one.other_order.round()).set(pl.Series(one.is_refill), None),
        **{f"{name}_{days}d{end}": values[:, days] for name, end, values in told for days in HORIZONS},
        "lift": lift,
        "lift_low": lift / margin,
        "lift_high": lift * margin,
        "q_value": q,
        "median_days": day_of_share(share, 0.5),
        "due_from_days": day_of_share(share, 0.25),
        "due_until_days": day_of_share(share, 0.75),
    }
    return pl.DataFrame(columns).select(PRODUCT_SEQUENCES.names()).cast(PRODUCT_SEQUENCES)


def _curve_rows(one: _Tried, products: pl.DataFrame) -> pl.DataFrame:
    size, days = one.share.share.shape
    low, high = one.share.interval()
    ids = products["product_id"]
    columns = {
        "product_id": ids.gather(np.repeat(one.first, days)),
        "then_product_id": ids.gather([one.later] * size * days),
        "day": np.tile(np.arange(days), size),
        "count_at_risk": one.at_risk.round().ravel(),
        "share": one.share.share.ravel(),
        "low": low.ravel(),
        "high": high.ravel(),
        "base": one.base.ravel(),
    }
    return pl.DataFrame(columns).cast(PRODUCT_SEQUENCE_CURVES)


def _card(found: pl.DataFrame, products: int, pairs: int, refills: int, as_of_date: date, rules: Rules) -> dict:
    found_refills = int(found["is_refill"].sum())
    if not pairs + refills:
        verdict = (
            f"too little to go by: {products} products were bought by {rules.minimum_buyers} customers or more, and no "
            f"pair of them lets {MIN_EXPECTED:.0f} buyers be expected within {rules.window_days} days"
        )
    else:
        verdict = (
            f"{found.height - found_refills:,} of {pairs:,} pairs of products and {found_refills:,} of {refills:,} "
            f"refills are bought more often than usual, of which at most {rules.false_discovery_rate:.0%} by chance"
        )
    return {
        "score_name": NAME,
        "model_version": f"{NAME}-{as_of_date:%Y%m%d}",
        "champion": None,
        "is_published": found.height > 0,
        "verdict": verdict,
        "pairs_tried": pairs,
        "refills_tried": refills,
        "rules": json.dumps(rules.__dict__),
    }
