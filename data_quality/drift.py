"""Drift: do tonight's scores look like those that readers have now?

Belongs here: the population stability index of a score between two releases. Always a warning: a company may change.
Stays out: whether a score is sound (suites) or good (models_ml's backtests).
"""

from __future__ import annotations

from math import log
from pathlib import Path

import duckdb

from data_quality.release import Release, connect, quoted
from data_quality.results import GateResult
from data_quality.suites import SCORE_COLUMNS

MAX_PSI = 0.25
"""The usual reading: below 0.1 the same population, above 0.25 another one."""
MIN_ROWS = 100
"""With fewer rows in either release, ten bins say more about chance than about customers."""
_BINS = 10
SCORE_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'scores'"
"""A release made by an earlier version has fewer."""
_EMPTY = 1e-4
"""An empty bin counts as this share, so that the logarithm stays finite."""


def check_drift(build_file: Path, before: Release | None) -> list[GateResult]:
    """One result per score that both have: PSI over the deciles of the release that readers have now."""
    if before is None:
        return []
    results = []
    with duckdb.connect() as now, connect(before) as then:
        now.execute(f"ATTACH {quoted(build_file)} AS build (READ_ONLY)")
        had = {name for (name,) in then.execute(SCORE_TABLES).fetchall()}
        for score in (score for score in SCORE_COLUMNS if score in had):
            value = _psi(then, f"scores.{score}", now, f"build.scores.{score}")
            if value is not None:
                results.append(
                    GateResult(
                        gate_name="drift",
                        check_name="population_stability_index",
                        table_name=score,
                        severity="warn",
                        is_passed=value <= MAX_PSI,
                        observed=f"{value:.3f} against release {before.release_id}",
                        expected=f"at most {MAX_PSI}",
                    )
                )
    return results


def _psi(then: duckdb.DuckDBPyConnection, old: str, now: duckdb.DuckDBPyConnection, new: str) -> float | None:
    """Σ (p − q) · ln(p / q) over bins that each held a tenth of the old scores; None with too few rows."""
    cuts = [part / _BINS for part in range(1, _BINS)]
    edges = sorted(set(then.execute(f"SELECT quantile_cont(score, {cuts}) FROM {old}").fetchone()[0] or []))
    shares = [_shares(con, table, edges) for con, table in ((then, old), (now, new))]
    if None in shares:
        return None
    return sum((p - q) * log(p / q) for q, p in zip(*shares, strict=True))


def _shares(con: duckdb.DuckDBPyConnection, table: str, edges: list[float]) -> list[float] | None:
    counts = [0] * (len(edges) + 1)
    bin_number = " + ".join(f"(score > {edge!r})::INTEGER" for edge in edges) or "0"
    for number, rows in con.execute(
        f"SELECT {bin_number}, count(*) FROM {table} WHERE score IS NOT NULL GROUP BY 1"
    ).fetchall():
        counts[number] = rows
    total = sum(counts)
    return [max(count / total, _EMPTY) for count in counts] if total >= MIN_ROWS else None
