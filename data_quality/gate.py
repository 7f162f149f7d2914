"""The two doors, run with Great Expectations inside DuckDB: raw exports coming in, scores going out.

Belongs here: running checks, and turning what came back into gate results; whatever did not clearly pass has failed.
Stays out: which checks there are (data_quality.suites); dbt tests; the audit of the release.
Great Expectations is imported inside the function because that takes seconds. It sends nothing anywhere.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb

from data_quality.arrivals import Arrivals, arrivals_of, has_landed, relation_of, released_loads
from data_quality.contracts import SourceTable
from data_quality.future_rows import future_results
from data_quality.quarantine import quarantine_result
from data_quality.release import quoted
from data_quality.repeats import repeats_result
from data_quality.results import GateResult
from data_quality.snapshots import lost_keys_result
from data_quality.staleness import staleness_results
from data_quality.suites import (
    SCORE_COLUMNS,
    TOLD_COLUMNS,
    Check,
    export_checks,
    score_checks,
    ticket_topic_checks,
    told_checks,
)
from data_quality.volume import volume_result

QUIET = {"autoinstall_known_extensions": False}


@dataclass(frozen=True)
class Door:
    """One table at a door: how reports call it, the SQL that reads it, and what must hold of it."""

    table_name: str
    relation: str
    checks: Sequence[Check]

    @property
    def view(self) -> str:
        return self.table_name.replace(".", "__")


def check_exports(
    home: Path,
    tables: Sequence[SourceTable],
    now: datetime,
    as_of: date | None = None,
    retired: Container[str] = (),
) -> list[GateResult]:
    """Judge the raw Parquet of every declared table, and how its newest rows arrived.

    `now` (naive UTC) is the run's start. Nothing can have happened later than that or than the night's `as_of` (first
    day not seen), plus a day for clocks that go wrong. Of `retired` sources nothing new is awaited.
    Data Docs are left in `docs/gates/exports/`.
    """
    home = Path(home)
    latest = max(now, datetime.combine(as_of or now.date(), time())) + timedelta(days=1)
    # A company has a tenth of the systems that are declared; of the others there is only the empty file to open.
    doors = [
        Door(
            f"{table.source}.{table.name}",
            relation_of(table),
            list(export_checks(table)) if has_landed(home, table) else [],
        )
        for table in tables
    ]
    released = released_loads(home)
    arrivals = [arrivals_of(home, table, released) for table in tables]
    with duckdb.connect(config=QUIET) as con:
        con.execute(f"SET GLOBAL file_search_path = {quoted(home)}")
        results = _run("exports", con, doors, home / "docs" / "gates" / "exports")
        for one in arrivals:
            results += _judge_arrivals(con, home, one, latest)
    return [*results, *staleness_results(arrivals, now, retired)]


def _judge_arrivals(
    con: duckdb.DuckDBPyConnection, home: Path, arrivals: Arrivals, latest: datetime
) -> Iterator[GateResult]:
    yield quarantine_result(home, arrivals.table)
    if not arrivals.nights:
        return
    yield volume_result(arrivals)
    try:
        yield from future_results(con, arrivals.table, latest)
        yield from filter(None, (lost_keys_result(con, arrivals), repeats_result(con, arrivals)))
    except duckdb.Error as error:
        words = str(error).splitlines()[0]
        yield GateResult("exports", "arrivals", arrivals.name, "error", False, words, "raw rows that can be read")


def check_scores(build_file: Path, as_of_date: date, docs_folder: Path | None = None) -> list[GateResult]:
    """Judge the score tables of a closed build file. Data Docs are left in `docs_folder` where one is given."""
    doors = [Door(score, f"build.scores.{score}", list(score_checks(score, as_of_date))) for score in SCORE_COLUMNS]
    doors += [Door(table, f"build.scores.{table}", list(told_checks(table, as_of_date))) for table in TOLD_COLUMNS]
    doors.append(Door("ticket_topics", "build.scores.ticket_topics", list(ticket_topic_checks(as_of_date))))
    with duckdb.connect(config=QUIET) as con:
        con.execute(f"ATTACH {quoted(build_file)} AS build (READ_ONLY)")
        return _run("scores", con, doors, docs_folder)


def _run(gate: str, con: duckdb.DuckDBPyConnection, doors: Sequence[Door], docs: Path | None) -> list[GateResult]:
    import great_expectations as gx
    from duckdb_engine import ConnectionWrapper
    from sqlalchemy.dialects import registry

    registry.register("duckdb.buffered", "data_quality.buffered_dialect", "BufferedDialect")
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql(
        gate,
        connection_string="duckdb+buffered:///:memory:",
        kwargs={"creator": lambda: ConnectionWrapper(con.cursor())},
    )
    results: list[GateResult] = []
    definitions = []
    for door in doors:
        try:
            con.execute(f"CREATE VIEW {door.view} AS SELECT * FROM {door.relation}")
        except duckdb.Error as error:
            words = str(error).splitlines()[0]
            results.append(GateResult(gate, "readable", door.table_name, "error", False, words, "a table to read"))
            continue
        if not con.execute(f"SELECT 1 FROM {door.view} LIMIT 1").fetchall():
            results += [_nothing_there(gate, door, check) for check in door.checks if check.of_rows]
            door = replace(door, checks=[check for check in door.checks if not check.of_rows])
        if not door.checks:
            continue
        asset = source.add_table_asset(door.table_name, table_name=door.view)
        expectations = [
            getattr(gx.expectations, check.expectation)(**check.arguments, meta={"check": check.name})
            for check in door.checks
        ]
        definition = gx.ValidationDefinition(
            name=f"{gate}.{door.table_name}",
            data=asset.add_batch_definition_whole_table("all"),
            suite=context.suites.add(gx.ExpectationSuite(f"{gate}.{door.table_name}", expectations=expectations)),
        )
        definitions.append((door, context.validation_definitions.add(definition)))
    for door, definition in definitions:
        # No cell is kept, neither in results nor in Data Docs: raw exports hold personal data.
        validation = definition.run(result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0})
        results.extend(_results(gate, door, validation.results))
    if docs is not None:
        _render(context, gate, docs)
    return results


def _nothing_there(gate: str, door: Door, check: Check) -> GateResult:
    """A tenth of a second each, and most systems and scores are another company's: passed without asking."""
    return GateResult(gate, check.name, door.table_name, check.severity, True, "there is no row", check.expected, 0)


def _results(gate: str, door: Door, validated: Sequence) -> Iterator[GateResult]:
    by_name = {result.expectation_config.meta["check"]: result for result in validated}
    for check in door.checks:
        result = by_name.get(check.name)
        if result is None:
            yield GateResult(gate, check.name, door.table_name, "error", False, "the check did not run", check.expected)
            continue
        exception = _exception(result.exception_info)
        found: Mapping = result.result or {}
        failing = found.get("unexpected_count", found.get("observed_value"))
        rows = failing if isinstance(failing, int) else None
        is_passed = result.success is True and exception is None
        told = "as expected" if is_passed else json.dumps(found.get("details", found), default=str)
        observed = told if rows is None else f"{rows} rows"
        share = rows / found["element_count"] if rows and found.get("element_count") else 1.0
        is_tolerated = not is_passed and exception is None and share <= check.tolerated_share
        severity = "warn" if is_tolerated else check.severity
        yield GateResult(
            gate, check.name, door.table_name, severity, is_passed, exception or observed, check.expected, rows
        )


def _exception(info: Mapping) -> str | None:
    """The first line of what an expectation raised; it comes flat, or nested under the metric that raised it."""
    for one in (info, *(value for value in info.values() if isinstance(value, Mapping))):
        if one.get("raised_exception"):
            return "the check could not run: " + str(one.get("exception_message")).splitlines()[0]
    return None


def _render(context, gate: str, docs: Path) -> None:
    """Render Data Docs beside `docs` and swap them in."""
    fresh = docs.with_name(f".{docs.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    context.add_data_docs_site(
        gate,
        {
            "class_name": "SiteBuilder",
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(fresh)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            # What was expected stands beside what was found; a second site of it alone takes as long again.
            "site_section_builders": {"expectations": "None", "profiling": "None"},
        },
    )
    context.build_data_docs(site_names=[gate])
    shutil.rmtree(docs, ignore_errors=True)
    fresh.rename(docs)
