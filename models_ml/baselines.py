"""Rules of thumb: what a salesperson would guess without a model. Every score has to beat one.

Belongs here: simple rules, fitted on training rows only. Stays out: anything with more than one idea in it.
"""

from __future__ import annotations

import numpy as np
import polars as pl

_RFM = ("days_since_last_order", "frequency", "total_net_amount")


def isotonic_rule(signal: np.ndarray, outcome: np.ndarray, new_signal: np.ndarray, *, increasing: bool) -> np.ndarray:
    """Turn one number into a probability by its monotone history: learn on (signal, outcome), apply to `new_signal`."""
    from sklearn.isotonic import IsotonicRegression

    rule = IsotonicRegression(increasing=increasing, out_of_bounds="clip").fit(signal, outcome)
    return np.clip(rule.predict(new_signal), 0.001, 0.999)


def days_since_last(train: pl.DataFrame, outcome: np.ndarray, test: pl.DataFrame) -> np.ndarray:
    """Churn: the longer the silence, the likelier the loss."""
    silence = [rows["days_since_last_order"].cast(pl.Float64).to_numpy() for rows in (train, test)]
    return isotonic_rule(silence[0], outcome, silence[1], increasing=True)


def personal_gap(rows: pl.DataFrame, usual_gap: float) -> np.ndarray:
    """Days between a customer's purchase days; `usual_gap` for those who bought once (at least one day for all)."""
    return np.maximum(rows["mean_gap_days"].cast(pl.Float64).fill_null(usual_gap).to_numpy(), 1.0)


def usual_gap_of(rows: pl.DataFrame) -> float:
    """Median personal gap, in days, of the customers who have one; 365 when nobody has."""
    median = rows["mean_gap_days"].median()
    return 365.0 if median is None else float(median)


def mean_gap_rule(train: pl.DataFrame, is_bought: np.ndarray, test: pl.DataFrame) -> np.ndarray:
    """Next purchase: the more personal gaps have passed in silence, the less likely an order."""
    usual = usual_gap_of(train)
    multiples = [
        rows["days_since_last_order"].cast(pl.Float64).to_numpy() / personal_gap(rows, usual) for rows in (train, test)
    ]
    return isotonic_rule(multiples[0], is_bought, multiples[1], increasing=False)


def mean_gap_days_ahead(rows: pl.DataFrame, usual_gap: float, horizon_days: int) -> np.ndarray:
    """Next purchase: last order plus the personal gap, in days from as_of_date, kept inside [0, horizon − 1]."""
    ahead = personal_gap(rows, usual_gap) - rows["days_since_last_order"].cast(pl.Float64).to_numpy()
    return np.clip(ahead, 0, horizon_days - 1)


def past_rate(rows: pl.DataFrame, horizon_days: int) -> np.ndarray:
    """Value: what the customer spent per day so far, carried on. A new customer's first day is spread over a
    horizon.
    """
    days = np.maximum(rows["t_days"].cast(pl.Float64).to_numpy() + 1, horizon_days)
    return np.maximum(rows["total_net_amount"].cast(pl.Float64).to_numpy(), 0) / days * horizon_days


def rfm_cell_mean(train: pl.DataFrame, spend: np.ndarray, test: pl.DataFrame) -> np.ndarray:
    """Value: mean later spend of the recency × frequency × monetary quintile cell; the overall mean where a cell is
    new.
    """
    cells = [f"{name}_fifth" for name in _RFM]
    means = _with_fifths(train).with_columns(pl.Series("spend", spend)).group_by(cells).agg(pl.col("spend").mean())
    joined = _with_fifths(test).join(means, on=cells, how="left", maintain_order="left")
    return joined["spend"].fill_null(float(np.mean(spend))).to_numpy()


def _with_fifths(rows: pl.DataFrame) -> pl.DataFrame:
    """Equal values share a fifth: the share of the snapshot at or below, not a row number."""
    share = {name: (pl.col(name).rank("max") / pl.len()).over("as_of_date") for name in _RFM}
    return rows.select((share[name] * 5).ceil().cast(pl.Int8).alias(f"{name}_fifth") for name in _RFM)


SHARE_BANDS, SHARE_PRIOR = 10, 10
"""Ten bands of a number, and what is drawn towards the share of all as if ten of them were among its rows."""


def usual_share(train: pl.Series, happened: np.ndarray, test: pl.Series) -> np.ndarray:
    """Yes or no: how often it happened to those with about the same value; to those without one if there is none."""
    edges = (
        np.unique(np.nanquantile(_numbers(train), np.linspace(0, 1, SHARE_BANDS + 1)[1:-1])) if train.count() else []
    )
    bands = [np.where(np.isnan(v), 0, 1 + np.searchsorted(edges, v)) for v in map(_numbers, (train, test))]
    base = happened.mean()
    cases = np.bincount(bands[0], minlength=SHARE_BANDS + 2)
    hits = np.bincount(bands[0], weights=happened, minlength=SHARE_BANDS + 2)
    share = (hits + SHARE_PRIOR * base) / (cases + SHARE_PRIOR)
    return np.clip(share[bands[1]], 0.001, 0.999)


def _numbers(column: pl.Series) -> np.ndarray:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()
