"""Tiny estates for tests of the dbt project: raw Parquet written directly, and dbt run on it.

Belongs here: writing typed raw tables and score tables from plain rows, running dbt as a command, reading a built file.
Stays out: exports and intake (tests/orchestration), staging on its own (staging/), the scenarios (the test files here).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import duckdb
import msgpack
import pytest
import yaml

from data_quality.contracts import PROVENANCE, SourceTable, load_source_tables
from orchestration.absent_models import absent_models, loaded_sources
from orchestration.dbt import PARSED, data_tests, invoke, manifest_path, read_manifest
from orchestration.intake.raw import write_empty_table

PROJECT = Path(__file__).parents[2] / "dbt_project"
AS_OF_DATE = date(2026, 11, 1)
Rows = Mapping[str, Sequence[dict]]
"""Rows per `source.table`; a row names only the columns that matter to the test, everything else is null."""


@dataclass(frozen=True)
class Done:
    """How a dbt command ended, every line it said, and the status of each node that it ran, by the node's name."""

    success: bool
    said: str
    verdicts: dict[str, str]


def run_dbt(
    project: Path,
    home: Path,
    build_file: Path,
    as_of_date: date,
    *arguments: str,
    leave_out_absent: bool = True,
    settings: Mapping[str, object] = MappingProxyType({}),
    parsed: Path | None = None,
    joined: Mapping[str, dict] = MappingProxyType({}),
) -> Done:
    """Run dbt in this process on a home and a build file, which must be called warehouse.duckdb as in a real run.

    Like a night it leaves out the staging of systems that have loaded nothing, unless told otherwise. `settings` are
    the company's own values of dbt vars; `parsed` stands in for the parse of the project, and `joined` are
    nodes for dbt to know beside its own.
    """
    said: list[str] = []
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAPPORT_HOME", str(home))
        environment.setenv("RAPPORT_BUILD_FILE", str(build_file))
        manifest = manifest_path(project)
        nodes = read_manifest(manifest)["nodes"]
        absent = absent_models(nodes, loaded_sources(home)) if leave_out_absent else []
        values = {"as_of_date": str(as_of_date), "absent_models": absent, **settings}
        command = [*arguments, "--no-write-json", "--vars", json.dumps(values)]
        gone = {key for key, node in nodes.items() if node["name"] in absent}
        may_test = arguments[0] in ("build", "test") and "--resource-type" not in arguments
        untested = {key for key in data_tests(nodes) if not may_test or gone & set(nodes[key]["depends_on"]["nodes"])}
        result = invoke(
            project,
            home / "target",
            command,
            parsed=parsed or manifest.with_name(PARSED),
            callbacks=[lambda event: said.append(event.info.msg)],
            without=gone | untested,
            joined=joined,
        )
    ran = {node.node.name: str(node.status) for node in getattr(result.result, "results", ())}
    return Done(result.success, "\n".join([*said, str(result.exception or "")]), ran)


@dataclass(frozen=True)
class Estate:
    """A home with raw tables, and the build file that dbt makes of it."""

    home: Path
    as_of_date: date

    @property
    def build_file(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def project(self) -> Path:
        """The dbt project that its dbt runs: the real one, until the estate has one of its own."""
        own = self.home / "dbt_project"
        return own if own.exists() else PROJECT

    def own_project(self) -> Path:
        """A copy of the dbt project with its parse, free to be poisoned."""
        if self.project == PROJECT:
            shutil.copytree(PROJECT, self.home / "dbt_project", ignore=shutil.ignore_patterns("logs", "parse-*"))
        return self.project

    def dbt(self, *arguments: str, settings: Mapping[str, object] = MappingProxyType({})) -> Done:
        """Run dbt. Raises AssertionError with what it said when it fails."""
        done = self.try_dbt(*arguments, settings=settings)
        assert done.success, done.said[-6000:]
        return done

    def build_models(self, *selection: str) -> None:
        """Build the selected models and seeds without running their data tests."""
        self.dbt("build", "--resource-type", "model", "--resource-type", "seed", "--select", *selection)

    def build_changed(self, model: str, now: str, instead: str, *selection: str) -> None:
        """Build the selected models as if the SQL of `model` said `instead` where it says `now`.

        Changed in a copy of the parse: reading the project's files again would take longer than all the models.
        """
        known = msgpack.unpackb(manifest_path(self.project).with_name(PARSED).read_bytes(), raw=False)
        node = known["nodes"][f"model.rapport.{model}"]
        assert now in node["raw_code"], f"{model} does not say {now}"
        node["raw_code"] = node["raw_code"].replace(now, instead)
        parsed = self.home / "changed.msgpack"
        parsed.write_bytes(msgpack.packb(known))
        words = ("build", "--resource-type", "model", "--select", *selection)
        done = run_dbt(self.project, self.home, self.build_file, self.as_of_date, *words, parsed=parsed)
        assert done.success, done.said[-6000:]

    def try_dbt(self, *arguments: str, settings: Mapping[str, object] = MappingProxyType({})) -> Done:
        """Run dbt whatever comes of it."""
        return run_dbt(self.project, self.home, self.build_file, self.as_of_date, *arguments, settings=settings)

    def write(self, table: str, rows: Sequence[dict], load: str = "a") -> None:
        """Add one load of `source.table`."""
        declared = next(t for t in load_source_tables(self.project) if f"{t.source}.{t.name}" == table)
        with duckdb.connect() as connection:
            _write_load(connection, self.home, declared, rows, load)

    def write_scores(self, rows: Rows) -> None:
        """Make every declared score table, with the rows given; a table without rows is a withheld score."""
        declared = yaml.safe_load((self.project / "models/scores/_ml__sources.yml").read_text(encoding="utf-8"))
        with duckdb.connect(str(self.build_file)) as connection:
            connection.execute("create schema if not exists scores")
            for table in declared["sources"][0]["tables"]:
                types = {column["name"]: column["data_type"] for column in table["columns"]}
                _make_table(connection, f"scores.{table['name']}", types, rows.get(table["name"], ()))

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.build_file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def execute(self, *statements: str) -> None:
        """Change the built tables, as no model would: to show that a test of theirs stops it."""
        with duckdb.connect(str(self.build_file)) as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, table: str, key: str) -> dict:
        """The rows of a table as dicts, by the value of a column that tells them apart."""
        with duckdb.connect(str(self.build_file), read_only=True) as connection:
            found = connection.execute(f"select * from {table}")
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return {row[key]: row for row in rows}


@pytest.fixture(scope="session")
def dbt_command() -> Callable[..., Done]:
    """`run_dbt`, for the folder below."""
    return run_dbt


@pytest.fixture(scope="session")
def source_tables() -> dict[str, SourceTable]:
    return {f"{table.source}.{table.name}": table for table in load_source_tables(PROJECT)}


@pytest.fixture(scope="session")
def empty_home(source_tables: dict[str, SourceTable], made_once: Callable[..., Path]) -> Path:
    """A home with the empty load of every table, without which no view can be read."""

    def make(home: Path) -> None:
        for table in source_tables.values():
            write_empty_table(home, table)

    return made_once("empty_home", make)


@pytest.fixture(scope="session")
def make_estate(
    empty_home: Path, source_tables: dict[str, SourceTable], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Estate]:
    """`make_estate(rows, as_of_date=…)`: a new estate in which the tables without rows are empty."""

    def make(rows: Rows, as_of_date: date = AS_OF_DATE) -> Estate:
        estate = Estate(tmp_path_factory.mktemp("estate"), as_of_date)
        assert set(rows) <= set(source_tables), f"no such source tables: {sorted(set(rows) - set(source_tables))}"
        # Linked, not written anew: nobody changes an empty load.
        shutil.copytree(empty_home / "raw", estate.home / "raw", copy_function=os.link)
        with duckdb.connect() as connection:
            for name in rows:
                table = source_tables[name]
                shutil.rmtree(estate.home / "raw" / table.source / table.name)
                _write_load(connection, estate.home, table, rows[name], "first")
        return estate

    return make


def _write_load(
    connection: duckdb.DuckDBPyConnection, home: Path, table: SourceTable, rows: Sequence[dict], load: str
) -> None:
    # Intake keeps JSON as text.
    types = {column.name: column.data_type for column in table.columns} | PROVENANCE
    types = {name: "varchar" if kind == "json" else kind for name, kind in types.items()}
    provenance = {"_source_file": f"{load}.csv", "_load_id": load, "_loaded_at": "2020-01-01"}
    _make_table(
        connection, "raw_table", types, [provenance | {"_source_row": n} | row for n, row in enumerate(rows, start=1)]
    )
    folder = home / "raw" / table.source / table.name / f"load_id={load}"
    folder.mkdir(parents=True)
    connection.execute(f"copy raw_table to '{folder / 'part-0.parquet'}' (format parquet)")


def _make_table(
    connection: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str], rows: Sequence[dict]
) -> None:
    """Lists and dicts become JSON text; a misspelt column is an error rather than a null."""
    for row in rows:
        assert set(row) <= set(types), f"{name} has no column {sorted(set(row) - set(types))}"
    values = [
        [json.dumps(row[c]) if isinstance(row.get(c), list | dict) else row.get(c) for c in types] for row in rows
    ]
    declared = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
    connection.execute(f"create or replace table {name} ({declared})")
    if values:
        connection.executemany(f"insert into {name} values ({', '.join('?' * len(types))})", values)
