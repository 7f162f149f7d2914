"""Do the columns of tonight's feature rows hang together as they did in the release that readers have?

Belongs here: both samples read, and the answer as a gate result. Always a warning: a company may change.
Stays out: which rows are sampled (data_quality.feature_sample), the test (models_ml.two_sample), drift of scores and of
single columns (data_quality.drift, models_ml.retraining).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from data_quality.feature_sample import SAMPLED, SCHEMA, kept_as, other_half
from data_quality.release import Release, connect, quoted
from data_quality.results import GateResult
from models_ml.two_sample import MOST_AUC, MOST_CHANCE, tell_apart

_TABLES = "SELECT table_schema || '.' || table_name FROM information_schema.tables"


def check_joint_drift(build_file: Path, before: Release | None, as_of_date: date) -> list[GateResult]:
    """One result a table of features; none without an earlier release, and none where either sample is too small."""
    if before is None:
        return []
    with duckdb.connect() as now, connect(before) as then:
        now.execute(f"ATTACH {quoted(build_file)} AS build (READ_ONLY)")
        # A release made by an earlier version has no sample; a build by hand may lack a table.
        there, kept = ({name for (name,) in con.execute(_TABLES).fetchall()} for con in (now, then))
        compared = [table for table in SAMPLED if f"{SCHEMA}.{table}" in there and kept_as(table) in kept]
        found = {
            table: tell_apart(
                then.execute(f"FROM {kept_as(table)}").pl(), now.execute(other_half("build", table, as_of_date)).pl()
            )
            for table in compared
        }
    return [
        GateResult(
            gate_name="drift",
            check_name="classifier_two_sample",
            table_name=table,
            severity="warn",
            is_passed=told.is_one_population,
            observed=f"AUC {told.auc:.2f} against release {before.release_id}: {told.sentence}",
            expected=f"an AUC of at most {MOST_AUC}, or one that chance gives more than once in {1 / MOST_CHANCE:,.0f}",
        )
        for table, told in found.items()
        if told is not None
    ]
