"""Do the scores that are shown tonight mean what they say? What the backtests on the model cards found.

Belongs here: one result for each published score whose card says. Always a warning: a score that is further off is
withheld by its own module. Stays out: measuring it, and the bar (models_ml.calibration_check).
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from data_quality.release import quoted
from data_quality.results import GateResult

_CARDS = "SELECT score_name, card FROM build.scores.model_cards WHERE is_published ORDER BY score_name"


def check_calibrations(build_file: Path) -> list[GateResult]:
    """A kept model brings the card of the night that it was trained in, and is told until it is trained anew."""
    with duckdb.connect() as now:
        now.execute(f"ATTACH {quoted(build_file)} AS build (READ_ONLY)")
        cards = {score: json.loads(card) for score, card in now.execute(_CARDS).fetchall()}
    return [
        GateResult(
            gate_name="scores",
            check_name="calibration_in_backtest",
            table_name=score,
            severity="warn",
            is_passed=found["is_kept"],
            observed=found["sentence"],
            expected=f"an error of at most {found['bar']}, or the {found['by_chance']:.3f} that chance makes of it",
        )
        for score, found in ((score, card.get("calibration")) for score, card in cards.items())
        if found
    ]
