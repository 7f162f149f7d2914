"""A published score whose backtest missed the bar of calibration is a warning with the figures."""

from __future__ import annotations

import json

import duckdb

from data_quality.score_calibration import check_calibrations


def test_cards_that_miss_the_bar_are_warned_of_and_withheld_or_older_ones_are_not_judged(tmp_path):
    kept = {"error": 0.021, "bar": 0.03, "by_chance": 0.034, "is_kept": True, "sentence": "Well."}
    missed = {"error": 0.058, "bar": 0.03, "by_chance": 0.041, "is_kept": False, "sentence": "Calibration error 0.058."}
    cards = [
        ("churn", True, {"calibration": missed}),
        ("next_purchase", True, {"calibration": kept}),
        ("deal_win", False, {"calibration": missed}),
        ("lifetime_value", True, {}),
    ]
    with duckdb.connect(str(tmp_path / "build.duckdb")) as con:
        con.execute("CREATE SCHEMA scores")
        con.execute("CREATE TABLE scores.model_cards (score_name VARCHAR, is_published BOOLEAN, card VARCHAR)")
        for score, is_published, card in cards:
            con.execute("INSERT INTO scores.model_cards VALUES (?, ?, ?)", [score, is_published, json.dumps(card)])
    results = check_calibrations(tmp_path / "build.duckdb")
    assert [(result.table_name, result.severity, result.is_passed) for result in results] == [
        ("churn", "warn", False),
        ("next_purchase", "warn", True),
    ]
    assert results[0].observed == "Calibration error 0.058."
    assert results[0].expected == "an error of at most 0.03, or the 0.041 that chance makes of it"
