"""Comparison with the release that readers have: who lost a score tonight, and who is scored on less than before?

Belongs here: counts of a score table in two releases, each a warning when it jumps. Stays out: how the numbers are
spread (drift.py), whether they are sound (suites.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from data_quality.drift import SCORE_TABLES
from data_quality.release import Release, connect, quoted
from data_quality.results import GateResult
from data_quality.suites import SCORE_COLUMNS

MOST_ROWS_CHANGED = 0.2
"""From one night to the next a company neither gains nor loses a fifth of its customers."""
MOST_EVIDENCE_LOST = 0.1
"""Share of the scored that may fall from their own history back on what people alike did."""
FEWEST_ROWS = 100
_COUNTS = "SELECT count(*), coalesce(avg((evidence = 'own')::INTEGER), 0) FROM {}"


def check_score_changes(build_file: Path, before: Release | None) -> list[GateResult]:
    """Results for every score of which readers have at least FEWEST_ROWS rows; none without an earlier release."""
    if before is None:
        return []
    results: list[GateResult] = []
    with duckdb.connect() as now, connect(before) as then:
        now.execute(f"ATTACH {quoted(build_file)} AS build (READ_ONLY)")
        had = {name for (name,) in then.execute(SCORE_TABLES).fetchall()}
        for score in (score for score in SCORE_COLUMNS if score in had):
            [old] = then.execute(_COUNTS.format(f"scores.{score}")).fetchall()
            [new] = now.execute(_COUNTS.format(f"build.scores.{score}")).fetchall()
            if old[0] >= FEWEST_ROWS:
                results += _judged(score, old, new, before.release_id)
    return results


def _judged(score: str, old: tuple[int, float], new: tuple[int, float], release_id: str) -> Iterator[GateResult]:
    (rows_before, own_before), (rows, own) = old, new
    told = f"{rows:,} rows against {rows_before:,} in release {release_id}"
    yield GateResult(
        gate_name="scores",
        check_name="rows_against_last_release",
        table_name=score,
        severity="warn",
        is_passed=abs(rows / rows_before - 1) <= MOST_ROWS_CHANGED,
        observed=told if rows else f"{told}: the score is withheld tonight, its model card says why",
        expected=f"at most {MOST_ROWS_CHANGED:.0%} more or fewer",
    )
    if rows:
        yield GateResult(
            gate_name="scores",
            check_name="own_evidence_against_last_release",
            table_name=score,
            severity="warn",
            is_passed=own >= own_before - MOST_EVIDENCE_LOST,
            observed=f"{own:.0%} scored on their own history against {own_before:.0%} in release {release_id}",
            expected=f"at most {100 * MOST_EVIDENCE_LOST:.0f} points fewer",
        )
