"""A model's work grows with its rows, not with their square: what a few hundred customers hide, a million would not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
PAIRWISE = {"BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN"}
FEW = 60
"""A table of windows, weekdays or schedules: comparing it with every row is what is meant."""
WASTE = 20
"""Comparisons for each row read or found; a hash join needs one."""


def pairwise_joins(plan: dict) -> Iterator[tuple[int, int, int]]:
    """Rows on the left, on the right and found, of each join that compares every row with every row."""
    name = plan.get("operator_type") or plan.get("operator_name", "")
    children = plan.get("children", [])
    if name in PAIRWISE:
        left, right = (child["operator_cardinality"] for child in children)
        yield left, right, plan["operator_cardinality"]
    for child in children:
        yield from pairwise_joins(child)


def wasted(plan: dict) -> list[str]:
    return [
        f"{left:,} rows x {right:,} rows for {found:,}"
        for left, right, found in pairwise_joins(plan)
        if min(left, right) > FEW and left * right > WASTE * (left + right + found)
    ]


def plan_of(connection: duckdb.DuckDBPyConnection, sql: str) -> dict:
    statement = f"explain (analyze, format json) {sql.strip().rstrip(';')}"
    return json.loads(connection.execute(statement).fetchall()[0][1])


def test_the_check_finds_a_join_that_compares_everything(tmp_path) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table many as select range as a, range % 7 as b from range(3000)")
        bad = "select * from many x left join many y on x.a = y.a and (x.b > 3 or y.b > 3)"
        assert wasted(plan_of(connection, bad)) == ["3,000 rows x 3,000 rows for 3,000"]
        assert wasted(plan_of(connection, "select * from many x left join many y on x.a = y.a")) == []


def settings_of_the_night() -> dict[str, object]:
    """How dbt's DuckDB is set up, but for what a run tells it in the environment: its home and its memory."""
    profile = yaml.safe_load((REPOSITORY / "dbt_project" / "profiles.yml").read_text(encoding="utf-8"))
    build = profile["rapport"]["outputs"]["build"]
    settings = build["config_options"] | build["settings"]
    return {name: value for name, value in settings.items() if "env_var" not in str(value)}


@pytest.fixture(scope="module")
def warehouse(demo) -> tuple[duckdb.DuckDBPyConnection, Path]:
    home = demo[0]
    [build] = (home / "build").glob("*/warehouse.duckdb")
    with duckdb.connect(str(build), read_only=True) as connection:
        connection.execute(f"set file_search_path = '{home}'")
        for name, value in settings_of_the_night().items():
            connection.execute(f"set {name} = '{value}'")
        yield connection, build.parent / "dbt" / "compiled"


def test_no_model_compares_every_row_with_every_row(warehouse) -> None:
    connection, compiled = warehouse
    # Tests of a model lie in a folder that has the name of the file in which they stand.
    models = [file for file in compiled.rglob("models/**/*.sql") if not file.parent.name.endswith(".yml")]
    assert len(models) > 150
    found = {file.stem: wasted(plan_of(connection, file.read_text(encoding="utf-8"))) for file in models}
    assert {name: joins for name, joins in found.items() if joins} == {}
