"""What is held against a history before anything is learned from it: is the fit right, are columns honest?

Belongs here: the examinations in their order, and the words of a refusal.
Stays out: the examinations themselves (second_opinion.py, leak_check.py), judging predictions (champion.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from models_ml.datasets import History, load_history
from models_ml.design import history_of
from models_ml.inputs import REQUIRED_FEATURES
from models_ml.leak_check import Standing, seen_too_late, standings
from models_ml.once import once
from models_ml.second_opinion import ask_lifetimes
from models_ml.splits import DataKnobs, NoScore


@once
def examined_history(
    features: pl.DataFrame, labels: pl.DataFrame, as_of_date: date, horizon_days: int | None, knobs: DataKnobs
) -> History:
    """The history of `load_history` once it has passed; what the examinations found is in `described`.

    A column that knows too much is left out and named, because it may be honest after all and a score without it is.
    Raises what `load_history` raises, and NoScore when the fit is not believed, when a column has seen its own future,
    or when one that no score can do without knows too much.
    """
    history = load_history(features, labels, as_of_date, horizon_days, knobs)
    opinion = ask_lifetimes(history.purchases, *history_of(history.current))
    if not opinion.is_tolerable:
        raise NoScore(f"The fit of repeat buying is not believed: {opinion.sentence}.")
    late = seen_too_late(pl.concat([history.train, history.current], how="diagonal"))
    if late:
        raise NoScore(f"A feature has seen its future: {'; '.join(late)}.")
    ranked = standings(history)
    suspects = [standing for standing in ranked if standing.is_suspect]
    _refuse_indispensable(suspects)
    if suspects:
        without = features.drop([standing.column for standing in suspects])
        history = load_history(without, labels, as_of_date, horizon_days, knobs)
    found = {
        "second_opinion": opinion.as_json(),
        "strongest_column": ranked[0].as_json() if ranked else None,
        "columns_left_out": [f"Left out: {standing.sentence}. {standing.hint}" for standing in suspects],
    }
    return replace(history, described=history.described | found)


def _refuse_indispensable(suspects: list[Standing]) -> None:
    needed = [standing for standing in suspects if standing.column in REQUIRED_FEATURES]
    if needed:
        found = "; ".join(standing.sentence for standing in needed)
        raise NoScore(f"A feature knows more than a past can tell: {found}. {needed[0].hint}")
