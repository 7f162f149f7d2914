"""Tiny estates for tests of the dbt project: raw Parquet written directly, and dbt run on it.

Belongs here: writing typed raw tables from plain rows, running dbt as a command, reading a built file.
Stays out: exports and intake (tests/orchestration), the scenarios themselves (the test files beside this one).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from data_quality.contracts import PROVENANCE, SourceTable, load_source_tables

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt_project"
Rows = dict[str, Sequence[dict]]
"""Rows per `source.table`; a row names only the columns that matter to the test, everything else is null."""


@dataclass(frozen=True)
class Estate:
    """One RAPPORT_HOME with raw tables, and the build file that dbt makes of it at one as_of_date."""

    home: Path
    as_of_date: date
    build_file: Path
    project: Path = PROJECT

    def dbt(self, *arguments: str, **variables: object) -> str:
        """Run dbt; return what it printed. Raises AssertionError with that text when it fails."""
        done = self.try_dbt(*arguments, **variables)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        return done.stdout

    def try_dbt(self, *arguments: str, **variables: object) -> subprocess.CompletedProcess[str]:
        said = {"as_of_date": self.as_of_date.isoformat(), **variables}
        command = [Path(sys.executable).parent / "dbt", "--no-use-colors", *arguments, "--vars", json.dumps(said)]
        command += ["--profiles-dir", ".", "--target-path", self.home / "target", "--log-path", self.home / "logs"]
        places = {"RAPPORT_HOME": str(self.home), "RAPPORT_BUILD_FILE": str(self.build_file)}
        return subprocess.run(
            command, cwd=self.project, env=os.environ | places, capture_output=True, text=True, check=False
        )

    def build(self, *arguments: str) -> str:
        """The first build: everything that needs no scores."""
        return self.dbt("build", "--exclude", "tag:after_scores", *arguments)

    def build_after_scores(self) -> str:
        return self.dbt("build", "--select", "tag:after_scores")

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.build_file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def rows(self, table: str, key: str) -> dict:
        """All rows of a table as dicts, by the value of their key column."""
        with duckdb.connect(str(self.build_file), read_only=True) as connection:
            found = connection.execute(f"select * from {table}")
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return {row[key]: row for row in rows}

    def write_scores(self, rows: Rows) -> None:
        """Create every declared score table, with the rows given; a table without rows is a withheld score."""
        with duckdb.connect(str(self.build_file)) as connection:
            connection.execute("create schema if not exists scores")
            for name, columns in declared_scores().items():
                declared = ", ".join(f"{column} {data_type}" for column, data_type in columns.items())
                connection.execute(f"create or replace table scores.{name} ({declared})")
                insert(connection, f"scores.{name}", list(columns), rows.get(name, ()))


def declared_scores() -> dict[str, dict[str, str]]:
    """Column types of every score table, as `_ml__sources.yml` declares them."""
    import yaml

    document = yaml.safe_load((PROJECT / "models/scores/_ml__sources.yml").read_text(encoding="utf-8"))
    tables = document["sources"][0]["tables"]
    return {table["name"]: {c["name"]: c["data_type"] for c in table["columns"]} for table in tables}


def write_estate(folder: Path, rows: Rows, as_of_date: date, project: Path = PROJECT) -> Estate:
    """Write every declared raw table under folder/raw (empty where `rows` has none) and return the estate."""
    tables = load_source_tables(project)
    unknown = set(rows) - {f"{table.source}.{table.name}" for table in tables}
    assert not unknown, f"no such source tables: {sorted(unknown)}"
    with duckdb.connect() as connection:
        for table in tables:
            _write_table(connection, folder, table, rows.get(f"{table.source}.{table.name}", ()))
    return Estate(folder, as_of_date, folder / "build.duckdb", project)


def _write_table(connection: duckdb.DuckDBPyConnection, folder: Path, table: SourceTable, rows: Sequence[dict]) -> None:
    types = {column.name: column.data_type for column in table.columns} | PROVENANCE
    declared = ", ".join(f'"{name}" {"varchar" if kind == "json" else kind}' for name, kind in types.items())
    connection.execute(f"create or replace table raw_table ({declared})")
    provenance = {"_source_file": "test", "_load_id": "test", "_loaded_at": "2020-01-01"}
    numbered = [provenance | {"_source_row": number} | row for number, row in enumerate(rows, start=1)]
    insert(connection, "raw_table", list(types), numbered)
    place = folder / "raw" / table.source / table.name / "load_id=test"
    place.mkdir(parents=True)
    connection.execute(f"copy raw_table to '{place / 'part-0.parquet'}' (format parquet)")


def insert(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], rows: Sequence[dict]) -> None:
    """Insert dicts; absent columns are null, lists and dicts become JSON text. A misspelt column is an error."""
    for row in rows:
        assert set(row) <= set(columns), f"{table} has no column {sorted(set(row) - set(columns))}"
    values = [
        [json.dumps(row[c]) if isinstance(row.get(c), list | dict) else row.get(c) for c in columns] for row in rows
    ]
    if values:
        connection.executemany(f"insert into {table} values ({', '.join('?' * len(columns))})", values)
