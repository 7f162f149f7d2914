"""What is held against a history before anything is learned from it: is the fit of repeat buying right?

Belongs here: the examinations in their order, and the words of a refusal.
Stays out: the examinations themselves (second_opinion.py), judging predictions (champion.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from models_ml.datasets import DataKnobs, History, NoScore, load_history
from models_ml.design import history_of
from models_ml.second_opinion import ask_lifetimes


def examined_history(
    features: pl.DataFrame, labels: pl.DataFrame, as_of_date: date, horizon_days: int | None, knobs: DataKnobs
) -> History:
    """The history of `load_history` once it has passed; what the examinations found is in `described`.

    Raises what `load_history` raises, and NoScore when an examination is not passed.
    """
    history = load_history(features, labels, as_of_date, horizon_days, knobs)
    opinion = ask_lifetimes(history.purchases, *history_of(history.current))
    if not opinion.is_tolerable:
        raise NoScore(f"The fit of repeat buying is not believed: {opinion.sentence}.")
    return replace(history, described=history.described | {"second_opinion": opinion.as_json()})
