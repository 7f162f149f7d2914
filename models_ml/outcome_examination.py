"""Does a column of deals, leads or subscriptions know the future? What `leak_check` asks of customers, asked of them.

Belongs here: which columns stand for "what is known anyway", what follows from a column that knows too much.
Stays out: the measuring (leak_check.py), proof that the warehouse's own features look back only (tests of the SQL).

The plain facts on which rules of thumb rest (stage, age, owner) may honestly tell much, and are only refused when one
of them alone tells nearly everything. Every other column is held against them all together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from models_ml.leak_check import MOST_ROWS, Origin, filled, seen_too_late, standings_of
from models_ml.outcome_design import usable_columns_of
from models_ml.outcome_rows import OutcomeHistory, Subject, load_rows
from models_ml.splits import DataKnobs, Fold, NoScore, sample_rows

LARGEST_GAIN = 0.06
"""AUC that an honest column may add to the plain facts, which say less than a purchase history does. On a CRM export of
8,800 deals the best honest column added 0.01, an account that is filled in as deals are closed 0.10."""
MOST_ALONE = 0.95
"""AUC that one plain fact may reach. Who is won is never that clear beforehand: a published telco churn set above 0.86
is a leak, and so is a deal's amount that is written down as it is won."""


def examined_rows(
    subject: Subject,
    plain: Sequence[str],
    features: pl.DataFrame,
    labels: pl.DataFrame,
    as_of_date: date,
    knobs: DataKnobs,
) -> OutcomeHistory:
    """The history of `load_rows` once it has passed; a column that knows too much is left out and named in it.

    Raises what `load_rows` raises, and NoScore when a column has seen its own future or a plain fact knows nearly all.
    """
    history = load_rows(subject, features, labels, as_of_date, knobs)
    late = seen_too_late(pl.concat([history.train, history.current], how="diagonal"))
    if late:
        raise NoScore(f"A feature has seen its future: {'; '.join(late)}.")
    columns = usable_columns_of(history.train, subject)
    known = [name for name in plain if name in columns]
    about = {"outcome": f"which {subject.many} {subject.event}", "known": "the plain facts reach"}
    about["largest_gain"] = LARGEST_GAIN
    nothing = [_origin(fold, subject, ()) for fold in history.folds]
    telling = [each for each in standings_of(nothing, known, **about) if each.alone > MOST_ALONE]
    if telling:
        alone = "; ".join(f"column {each.column} alone reaches AUC {each.alone:.3f}" for each in telling)
        raise NoScore(
            f"A feature knows more than a past can tell: {alone} of {about['outcome']}; {MOST_ALONE} is the most that "
            "one plain fact may reach."
        )
    origins = [_origin(fold, subject, known) for fold in history.folds]
    ranked = standings_of(origins, [name for name in columns if name not in known], **about)
    suspects = [each for each in ranked if each.is_suspect]
    if suspects:
        without = features.drop([each.column for each in suspects])
        history = load_rows(subject, without, labels, as_of_date, knobs)
    found = {
        "strongest_column": ranked[0].as_json() if ranked else None,
        "columns_left_out": [f"Left out: {each.sentence}. {each.hint}" for each in suspects],
    }
    return replace(history, described=history.described | found)


def _origin(fold: Fold, subject: Subject, known: Sequence[str]) -> Origin:
    rows = sample_rows(fold.test, MOST_ROWS, seed=0)
    columns: list[np.ndarray] = []
    for name in known:
        values, is_known = filled(rows[name])
        columns += [values, is_known.astype(float)]
    return Origin.of(rows, subject.happened(rows).astype(int), columns)
