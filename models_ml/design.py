"""From a snapshot row to model inputs: signed logarithms, ranks within the snapshot, and what the closed form says.

Belongs here: transformations that learn nothing (all parameters come in). Stays out: anything fitted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from models_ml.btyd import BetaGeo
from models_ml.closed_form import probability_alive, probability_no_purchase
from models_ml.inputs import KEYS, REQUIRED_LABELS

RANKED = ("days_since_last_order", "t_days", "total_net_amount", "frequency")
"""Ranked within their snapshot: a rank keeps its meaning when the business grows or the season turns."""
RANK_SUFFIX = "_rank"
SILENCE = ("days_since_last_order", "gap_multiple", "gap_multiple_quantile", "longest_gap_multiple")
"""What grows while a customer buys nothing."""
FADING = {f"fading_{what}_{days}d": days for what in ("orders", "amount") for days in (14, 30, 60)}
"""What fades while a customer buys nothing, and after how many days it is half as much."""
AGE = "t_days"
"""Grows too, but speaks for two things at once: longer silence, and of two equally silent the longer loyalty."""
HISTORY = ("frequency", "recency_days", "t_days")
"""What every closed form reads."""
LARGEST_LOGIT = 7.0


def logit(probability: np.ndarray, largest: float = LARGEST_LOGIT) -> np.ndarray:
    """Log odds, clipped to ±7 so that no single input or model can dominate a mean of logits."""
    clipped = np.clip(np.asarray(probability, float), 1e-12, 1 - 1e-12)
    return np.clip(np.log(clipped) - np.log1p(-clipped), -largest, largest)


def history_of(rows: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(frequency, recency, age) in days, as the closed forms take them."""
    return tuple(rows[name].cast(pl.Float64).to_numpy() for name in HISTORY)


def with_ranks(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the rank columns, each in (0, 1]: the mean rank among the rows of the same snapshot."""
    return rows.with_columns(
        (pl.col(name).rank() / pl.col(name).count()).over("as_of_date").alias(name + RANK_SUFFIX) for name in RANKED
    )


@dataclass(frozen=True)
class Cohort:
    """The ranks of one snapshot as they were when the model was fitted: `{column: (values, ranks)}`, both increasing.

    Ranking the rows that happen to be asked for would refit a transformation at prediction time, and a customer's score
    would depend on the company it is asked in.
    """

    ranks: dict[str, tuple[tuple[float, ...], tuple[float, ...]]]

    def ranked(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Set the rank columns from the columns' values, interpolating between known values."""
        return rows.with_columns(
            pl.Series(name + RANK_SUFFIX, np.interp(rows[name].cast(pl.Float64).to_numpy(), *known))
            for name, known in self.ranks.items()
        )

    def as_json(self) -> dict:
        return {name: [list(values), list(ranks)] for name, (values, ranks) in self.ranks.items()}


def cohort_of(rows: pl.DataFrame, most_values: int = 500) -> Cohort:
    """Ranks of the rows of one snapshot, thinned to at most `most_values` values a column."""
    known = {}
    for name in RANKED:
        values, counts = np.unique(rows[name].drop_nulls().cast(pl.Float64).to_numpy(), return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2) / counts.sum()
        kept = np.unique(np.linspace(0, len(values) - 1, min(len(values), most_values)).round().astype(int))
        known[name] = tuple(map(float, values[kept])), tuple(map(float, ranks[kept]))
    return Cohort(known)


def cohort_from_json(ranks: dict) -> Cohort:
    return Cohort({name: (tuple(values), tuple(shares)) for name, (values, shares) in ranks.items()})


def usable_columns(
    rows: pl.DataFrame, banned: Collection[str] = frozenset({*KEYS, *REQUIRED_LABELS})
) -> tuple[str, ...]:
    """Numeric features, but for the `banned` columns (keys and labels), that tell rows of one snapshot apart.

    A column that is the same for everybody within each snapshot (a month, a year) only names the date: a model would
    learn the past's dates by heart. Label columns never pass.
    """
    numeric = [
        name
        for name, kind in rows.schema.items()
        if (kind.is_numeric() or kind == pl.Boolean) and name not in banned and not name.endswith(RANK_SUFFIX)
    ]
    spread = rows.group_by("as_of_date").agg(pl.col(numeric).drop_nulls().n_unique())
    varied = spread.select(pl.col(numeric).max()).row(0, named=True) if numeric else {}
    return tuple(name for name in sorted(numeric) if varied[name] > 1)


def count_variables(rows: pl.DataFrame) -> int:
    """How many columns the design matrix of these rows has."""
    return len(usable_columns(rows)) + len(RANKED) + 2


def columns_read(columns: tuple[str, ...]) -> frozenset[str]:
    """The columns of a snapshot that decide its row of the design matrix, ranks by a cohort included."""
    return frozenset({*columns, *RANKED, *HISTORY})


def design_matrix(rows: pl.DataFrame, columns: tuple[str, ...], purchases: BetaGeo, horizon_days: int) -> np.ndarray:
    """One row a customer: sign(v)·log(1+|v|) of each column, ranks, and the closed form's two log odds.

    The rank columns must be there. Missing values stay NaN; the pipelines decide what to do with them. Raises polars'
    ColumnNotFoundError on a missing column.
    """
    raw = rows.select(pl.col(columns).cast(pl.Float64)).to_numpy()
    signed_log = np.copysign(np.log1p(np.abs(raw)), raw)
    ranks = rows.select(name + RANK_SUFFIX for name in RANKED).to_numpy()
    history = history_of(rows)
    silent = logit(probability_no_purchase(purchases, *history, horizon_days))
    alive = logit(probability_alive(purchases, *history))
    return np.column_stack([signed_log, ranks, silent, alive])


def silence_directions(columns: tuple[str, ...]) -> np.ndarray:
    """What longer silence may do to the chance of no order, for each column of the design matrix.

    1 where silence raises the column and the column may only raise the chance, −1 where it lowers both (the chance of
    being alive), 0 where silence changes nothing, NaN for age: it could undo what the others say.
    """
    known = {name: 1.0 for name in SILENCE} | dict.fromkeys(FADING, -1.0) | {AGE: np.nan}
    return np.array([*(known.get(name, 0.0) for name in (*columns, *RANKED)), 1.0, -1.0])
