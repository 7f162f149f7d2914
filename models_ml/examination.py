"""What is held against a history before anything is learned from it: is the fit right, are columns honest?

Belongs here: the examinations in their order, and the words of a refusal.
Stays out: the examinations themselves (second_opinion.py, leak_check.py), judging predictions (champion.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from models_ml.datasets import DataKnobs, History, NoScore, load_history
from models_ml.design import history_of
from models_ml.leak_check import LARGEST_GAIN, Standing, seen_too_late, standings
from models_ml.second_opinion import ask_lifetimes

MOST_NAMED = 3
"""Columns named in a refusal; where one total leaks, its ratios leak with it."""


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
    late = seen_too_late(pl.concat([history.train, history.current], how="diagonal"))
    if late:
        raise NoScore(f"A feature has seen its future: {'; '.join(late)}.")
    ranked = standings(history)
    _refuse_leaks(ranked)
    found = {"second_opinion": opinion.as_json(), "strongest_column": ranked[0].as_json() if ranked else None}
    return replace(history, described=history.described | found)


def _refuse_leaks(ranked: list[Standing]) -> None:
    suspects = [standing.sentence for standing in ranked if standing.is_suspect]
    if suspects:
        more = f"; and {len(suspects) - MOST_NAMED} more columns" if len(suspects) > MOST_NAMED else ""
        raise NoScore(
            f"A feature knows more than a past can tell: {'; '.join(suspects[:MOST_NAMED])}{more}. An honest column "
            f"adds {LARGEST_GAIN} at most: look whether it was computed as of a later day."
        )
