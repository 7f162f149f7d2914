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

from models_ml.blocks import BLOCK, blocks_of
from models_ml.themes import THEMES, Row, Theme
from models_ml.threads import side_by_side

MOST_REASONS = 5
SMALLEST_EFFECT = 0.05
"""In log odds (or log amount): at most about one percentage point of probability, not worth a sentence."""
LogScore = Callable[[pl.DataFrame], np.ndarray]
ORDINARY = "is close to the typical {subject} in all that counts"
_RAISED, _WHICH = "is raised", "which sentence"
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
        return np.concatenate([log_score(block) for block in blocks_of(some)])

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
    typical = typical_of(rows, sorted({name for theme in present for name in theme.told if name in rows.columns}))
    nothing = _AS_JSON(ORDINARY.format(subject=subject))
    reasons = []
    for start in range(0, len(rows), BLOCK):
        block, found = rows.slice(start, BLOCK), effects[start : start + BLOCK]
        themes_say = zip(present, found.T, strict=True)
        said = np.column_stack([_said(theme, block, effect, typical, direction) for theme, effect in themes_say])
        strength = np.where(np.equal(said, None), 0.0, np.abs(found))
        strongest = np.argsort(-strength, axis=1, kind="stable")[:, :MOST_REASONS]
        for sentences in np.take_along_axis(said, strongest, axis=1).tolist():
            told = [sentence for sentence in sentences if sentence is not None]
            reasons.append(f"[{', '.join(told) or nothing}]")
    return reasons


def _said(theme: Theme, rows: pl.DataFrame, effect: np.ndarray, typical: Row, direction: Direction) -> np.ndarray:
    """What the theme says of each row, as JSON text; None where it does too little or has nothing to say."""
    said, moved = np.full(len(rows), None, dtype=object), np.flatnonzero(np.abs(effect) >= SMALLEST_EFFECT)
    told = rows.select(name for name in theme.told if name in rows.columns)[moved]
    told = told.with_columns(pl.Series(_RAISED, effect[moved] > 0))
    # Who has the same in common is told the same: each sentence is made once.
    each = told.unique(maintain_order=True)
    sentences = [_sentence(theme, row, typical, row.pop(_RAISED), direction) for row in each.iter_rows(named=True)]
    which = told.join(each.with_row_index(_WHICH), told.columns, how="left", nulls_equal=True, maintain_order="left")
    said[moved] = np.array(sentences, dtype=object)[which[_WHICH].to_numpy()]
    return said


def _sentence(theme: Theme, row: Row, typical: Row, is_raised: bool, direction: Direction) -> str | None:
    is_good = is_raised == direction.is_higher_good
    value, usual = row[theme.columns[0]], typical[theme.columns[0]]
    if theme.more_is_good is not None and value is not None and usual is not None:
        is_expected = is_good == ((value > usual) == theme.more_is_good)
        if value == usual or not is_expected:
            return None
    words = theme.say(row, typical, is_good)
    return None if words is None else _AS_JSON(f"{words} ({direction.raises if is_raised else direction.lowers})")
