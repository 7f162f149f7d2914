"""Reasons: up to five sentences for why one customer's score is what it is.

Belongs here: what each theme does to a score, and which sentences are said.
Stays out: their words (themes.py), the models.

A reason is true to the model: its theme's features are set to the typical customer's, the champion scores the customer
again, and the sentence says that the theme raises (lowers) the score only if taking it away lowered (raised) it. An
effect that its sentence would not suggest (more orders than most, yet more risk: features overlap) is left unsaid.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from dataclasses import dataclass

import numpy as np
import polars as pl

from models_ml.themes import THEMES, Row, Theme
from models_ml.threads import side_by_side

MOST_REASONS = 5
SMALLEST_EFFECT = 0.05
"""In log odds (or log amount): at most about one percentage point of probability, not worth a sentence."""
LogScore = Callable[[pl.DataFrame], np.ndarray]
ORDINARY = "is close to the typical {subject} in all that counts"
_BLOCK = 100_000
_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class Direction:
    """How a score's movement is said, and whether a higher score is good news for the business."""

    raises: str
    lowers: str
    is_higher_good: bool


def typical_of(cohort: pl.DataFrame, columns: list[str]) -> Row:
    """The typical customer: the median of each column, or null where most have none."""
    numbers = cohort.select(pl.col(columns).cast(pl.Float64))
    nulls, medians = numbers.null_count().row(0, named=True), numbers.median().row(0, named=True)
    return {name: None if 2 * nulls[name] > len(cohort) else medians[name] for name in columns}


def without(theme: Theme, rows: pl.DataFrame, cohort: pl.DataFrame) -> pl.DataFrame:
    """The same customers as if they were typical of `cohort` in this theme."""
    return rows.with_columns(**_changes(theme, rows, cohort))


def _changes(theme: Theme, rows: pl.DataFrame, cohort: pl.DataFrame) -> dict[str, pl.Expr]:
    """The columns that being typical changes.

    Age follows: taking the silence away keeps first → last purchase, taking the habit away keeps the silence, so that
    (x, t_x, T) stays a possible history.
    """
    names = [name for name in theme.columns if name in rows.columns]
    typical = typical_of(cohort, names)
    silence = pl.col("t_days") - pl.col("recency_days")
    changes = {name: pl.lit(value, dtype=pl.Float64) for name, value in typical.items()}
    if "days_since_last_order" in typical:
        changes["t_days"] = pl.col("recency_days") + cohort.select(silence.median()).item()
    if "frequency" in typical:
        # Who bought once has first = last purchase, whatever the median of the others says.
        recency = typical["recency_days"] if typical["frequency"] else 0.0
        changes |= {"recency_days": pl.lit(recency, dtype=pl.Float64), "t_days": recency + silence}
    return changes


def present_themes(rows: pl.DataFrame, themes: tuple[Theme, ...]) -> list[Theme]:
    """Those whose leading column anybody has a value of."""
    return [theme for theme in themes if theme.columns[0] in rows.columns and rows[theme.columns[0]].count()]


def effects_of(
    rows: pl.DataFrame, log_score: LogScore, themes: list[Theme], reads: Set[str] | None = None
) -> np.ndarray:
    """What each theme adds to each row's score: shape (rows, themes), against the same customer typical in the theme.

    A score depends on its own row alone, and on the columns in `reads`: whom a theme changes in none of these it has no
    effect on, and the champion is not asked about them again.
    """

    def asked(some: pl.DataFrame) -> np.ndarray:
        # In blocks: a champion needs many times the memory of the rows that it is asked about.
        return np.concatenate([log_score(block) for block in some.iter_slices(_BLOCK)])

    actual = asked(rows)

    def effect_of(theme: Theme) -> np.ndarray:
        changes, effect = _changes(theme, rows, rows), np.zeros(len(rows))
        read = [name for name in changes if reads is None or name in reads]
        if not read:
            return effect
        differs = pl.any_horizontal(pl.col(name).cast(pl.Float64).ne_missing(changes[name]) for name in read)
        is_other = rows.select(differs).to_series().to_numpy()
        if is_other.any():
            effect[is_other] = actual[is_other] - asked(rows.with_columns(**changes).filter(is_other))
        return effect

    return np.column_stack(side_by_side(effect_of, themes))


def explain(
    rows: pl.DataFrame,
    log_score: LogScore,
    direction: Direction,
    themes: tuple[Theme, ...] = THEMES,
    subject: str = "customer",
    reads: Set[str] | None = None,
) -> list[str]:
    """One JSON list of sentences a row, strongest first; `rows` is the cohort too.

    `log_score` gives the champion's log odds (or log amount) of each row, `reads` the columns that it looks at (None:
    all of them).
    """
    present = present_themes(rows, themes)
    if not present:
        return [json.dumps([ORDINARY.format(subject=subject)])] * len(rows)
    effects = effects_of(rows, log_score, present, reads)
    order = np.argsort(-np.abs(effects), axis=1, kind="stable")
    used = sorted({name for theme in present for name in theme.columns if name in rows.columns})
    typical = typical_of(rows, used)
    sentences = []
    for row, ranked, found in zip(rows.select(used).iter_rows(named=True), order, effects, strict=True):
        said, effect = [], found.tolist()
        for index in ranked.tolist():
            if abs(effect[index]) < SMALLEST_EFFECT or len(said) == MOST_REASONS:
                break
            is_raised = effect[index] > 0
            sentence = _sentence(present[index], row, typical, is_raised == direction.is_higher_good)
            if sentence is not None:
                said.append(f"{sentence} ({direction.raises if is_raised else direction.lowers})")
        sentences.append(_AS_JSON(said or [ORDINARY.format(subject=subject)]))
    return sentences


def _sentence(theme: Theme, row: Row, typical: Row, is_good: bool) -> str | None:
    value, usual = row[theme.columns[0]], typical[theme.columns[0]]
    if theme.more_is_good is not None and value is not None and usual is not None:
        is_expected = is_good == ((value > usual) == theme.more_is_good)
        if value == usual or not is_expected:
            return None
    return theme.say(row, typical, is_good)
