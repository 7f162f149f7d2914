"""Global drivers: what moves a probability or an amount over all customers, how much, and along which curve.

Belongs here: the mean effect of each theme, and the effect curve of its leading column. Stays out: one customer's
reasons (reasons.py), the themes and their words (themes.py).

Both are true to the model and no statement of causes: a column that only goes along with another may carry its effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.reasons import LogScore, present_themes, without
from models_ml.silence import longer_silent
from models_ml.splits import sample_rows
from models_ml.themes import THEMES

ROWS, POINTS = 2_000, 10
"""Customers asked, and points of a curve: a night waits for it, and an eye sees no more."""
BASKETS = (
    "average_order_value_amount",
    "monetary_value",
    "first_order_amount",
    "last_order_amount",
    "recent_order_amount",
    "largest_order_amount",
)


@dataclass(frozen=True)
class Scale:
    """What a log score stands for: its `name` in a curve, how it is had from the log, and the most there can be."""

    name: str
    of_log: Callable[[np.ndarray], np.ndarray]
    most: float


PROBABILITY, AMOUNT = Scale("probability", expit, 1.0), Scale("amount", np.exp, np.inf)


def drivers(
    rows: pl.DataFrame, log_score: LogScore, scale: Scale = PROBABILITY, most_rows: int = ROWS, seed: int = 0
) -> list[dict]:
    """A row a theme, strongest first, on a fixed sample of at most `most_rows`: its `title` and leading `column`,
    `effect` (mean absolute effect in log odds or log amount, each customer against one who is typical in this theme),
    `shift` (the same on the scale itself), and the `curve` of its leading column.
    """
    asked = sample_rows(rows, most_rows, seed)
    now, found = log_score(asked), []
    for theme in present_themes(asked, THEMES):
        typical = log_score(without(theme, asked, asked))
        found.append(
            {
                "title": theme.title,
                "column": theme.columns[0],
                "effect": float(np.abs(now - typical).mean()),
                "shift": float(np.abs(scale.of_log(now) - scale.of_log(typical)).mean()),
                "curve": effect_curve(asked, theme.columns[0], log_score, scale),
            }
        )
    return sorted(found, key=lambda driver: -driver["effect"])


def effect_curve(
    rows: pl.DataFrame, column: str, log_score: LogScore, scale: Scale = PROBABILITY
) -> list[dict[str, float]]:
    """Points {value, and what the scale is called}, value increasing: accumulated local effects (Apley & Zhu 2020,
    "Visualizing the effects of predictor variables in black box supervised learning models", JRSS B 82(4), equations 15
    and 16).

    Customers are only moved to the neighbouring points, so nobody is asked about as what no customer is: someone with
    two orders and a year of weekly purchases. The mean over customers is their mean score. Empty where customers do not
    differ.
    """
    points = _points(rows[column].drop_nulls().cast(pl.Float64).to_numpy())
    if len(points) < 2:
        return []
    known = rows.filter(pl.col(column).is_between(points[0], points[-1]))
    values = known[column].cast(pl.Float64).to_numpy()
    # Each interval holds its upper end, the first one both.
    interval = np.maximum(np.searchsorted(points, values) - 1, 0)
    below, above = (scale.of_log(log_score(moved(known, column, points[interval + end]))) for end in (0, 1))
    steps = np.bincount(interval, above - below) / np.bincount(interval)
    level = np.append(0.0, np.cumsum(steps))
    level += scale.of_log(log_score(known)).mean() - np.interp(values, points, level).mean()
    return [
        {"value": float(value), scale.name: float(each)}
        for value, each in zip(points, np.clip(level, 0, scale.most), strict=True)
    ]


def moved(rows: pl.DataFrame, column: str, values: np.ndarray) -> pl.DataFrame:
    """The same rows with these values of one column, all else equal but what follows from it.

    Longer silence takes age and gaps along. Who bought once has first = last purchase; who gets a second purchase gets
    the time that customers with two have between them. Larger baskets on average are larger baskets every day.
    """
    new = pl.Series(values, dtype=pl.Float64)
    if column == "days_since_last_order":
        return longer_silent(rows, new - rows[column].cast(pl.Float64))
    changes = {column: new}
    if column == BASKETS[0]:
        times = pl.when(pl.col(column) > 0).then(pl.lit(new) / pl.col(column)).otherwise(1.0)
        changes |= {name: pl.col(name) * times for name in BASKETS[1:] if name in rows.columns}
    if column == "frequency":
        usual = rows.filter(pl.col("frequency") == 1)["recency_days"].cast(pl.Float64).median() or 0.0
        recency = pl.when(pl.lit(new) == 0).then(0.0).when(pl.col("frequency") == 0).then(usual)
        recency = recency.otherwise(pl.col("recency_days")).cast(pl.Float64)
        changes |= {"recency_days": recency, "t_days": recency + pl.col("t_days") - pl.col("recency_days")}
    return rows.with_columns(**changes)


def _points(values: np.ndarray) -> np.ndarray:
    """Values that occur, at most POINTS: all where they are few, quantiles otherwise, without the outer twentieths,
    where one customer would stretch the picture.
    """
    occurring = np.unique(values)
    if len(occurring) <= POINTS:
        return occurring
    return np.unique(np.quantile(values, np.linspace(0.05, 0.95, POINTS), method="inverted_cdf"))
