"""Staging: copy what may be published out of a private build file into the two files of a coming release.

Belongs here: which schemas travel, in which order rows lie, the tables of schema `release`, and encryption.
Stays out: judging the staged files (data_quality.audit) and showing them to readers (data_quality.publish).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from data_quality import feature_sample, last_good
from data_quality.contracts import SourceTable
from data_quality.encryption import load_encryption
from data_quality.metrics.definitions import Metric
from data_quality.metrics.restatements import write_history
from data_quality.metrics.values import write_metrics
from data_quality.release import Release, check_release_id, current_release, naive_utc, quoted, releases_folder
from data_quality.results import GateResult

PUBLISHED_SCHEMAS = ("marts", "scores", "segments")
PII_SCHEMA = "pii"
MEMORY_LIMIT = "2GB"
# Nobody reads a file that is not whole, so nothing needs a log to recover it from. A small table takes one block for
# each few columns: with DuckDB's blocks of 256 KB a company of twenty customers publishes 18 MB, with these 6.
NEW_FILE = "RECOVERY_MODE NO_WAL_WRITES, BLOCK_SIZE 65536"

# Dashboards filter events by time: rows that lie in time order let DuckDB skip most of a table.
# Every other table lies in the order of all its columns, so that equal builds give equal releases.
ROW_ORDER = {
    "fct_orders": "order_date, order_id",
    "fct_order_lines": "order_date, order_line_id",
    "fct_tickets": "created_date, ticket_id",
    "fct_interactions": "occurred_date, occurred_at, interaction_id",
}
# What describes a release as a whole is found in its schema `release`, wherever the build keeps it.
ALSO_IN_RELEASE = {
    ("scores", "model_cards"): "model_cards",
    ("scores", "backtests"): "backtests",
    ("seeds", "segment_definitions"): "segment_definitions",
}
MANIFEST_COLUMNS = """release_id VARCHAR, as_of_date DATE, published_at TIMESTAMP, run_id VARCHAR,
    rapport_version VARCHAR, is_generated_data BOOLEAN, has_pii_file BOOLEAN"""
GATE_COLUMNS = """gate_name VARCHAR, check_name VARCHAR, table_name VARCHAR, severity VARCHAR, is_passed BOOLEAN,
    observed VARCHAR, expected VARCHAR, failing_rows BIGINT"""
LOAD_COLUMNS = """load_id VARCHAR, source VARCHAR, table_name VARCHAR, file VARCHAR, rows_read BIGINT,
    rows_loaded BIGINT, rows_quarantined BIGINT, status VARCHAR, reason VARCHAR, loaded_at TIMESTAMP,
    warnings VARCHAR[]"""
COUNT_COLUMNS = "table_schema VARCHAR, table_name VARCHAR, row_count BIGINT, content_hash VARCHAR"


@dataclass(frozen=True)
class Manifest:
    """What a release says about itself. `published_at` is naive UTC or carries an offset."""

    release_id: str
    as_of_date: date
    published_at: datetime
    run_id: str
    rapport_version: str
    is_generated_data: bool = False


@dataclass(frozen=True)
class Staged:
    """Two closed files that nobody reads yet. `pii_file` is None when there is no personal data, or it is left out."""

    manifest: Manifest
    file: Path
    pii_file: Path | None


def stage(
    build_file: Path,
    home: Path,
    manifest: Manifest,
    gate_reports: Sequence[GateResult],
    loads: Sequence[Mapping[str, object]],
    key: str | None,
    metrics: Sequence[Metric] = (),
    sources: Sequence[SourceTable] = (),
) -> Staged:
    """Write `releases/<id>.partial.duckdb` and `releases/<id>.partial.pii.duckdb` from a closed build file.

    `loads` are intake's loads as dicts (load_id, source, table, file, rows_read, …, loaded_at as datetime or ISO text).
    `key` encrypts the schema `pii`; None leaves it out, and the manifest says `has_pii_file = false`.
    `metrics` are computed on the staged marts themselves, and compared with what was published of them before;
    `sources` tell which loads touch what changed. Raises MetricError where one cannot be computed.
    """
    folder = releases_folder(home)
    release_id = check_release_id(manifest.release_id)
    file, pii_file = folder / f"{release_id}.partial.duckdb", folder / f"{release_id}.partial.pii.duckdb"
    con = duckdb.connect(
        config={
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(folder / f"{release_id}.partial.tmp"),
            "temp_file_encryption": True,
        }
    )
    with con:
        load_encryption(con)
        con.execute("SET enable_progress_bar = false")
        con.execute(f"ATTACH {quoted(build_file)} AS build (READ_ONLY)")
        has_pii = key is not None and bool(_tables(con, PII_SCHEMA))
        con.execute(f"ATTACH {quoted(file)} AS facts ({NEW_FILE})")
        counts = _copy_schemas(con, "facts", PUBLISHED_SCHEMAS)
        if has_pii:
            con.execute(f"ATTACH {quoted(pii_file)} AS personal ({NEW_FILE}, ENCRYPTION_KEY {quoted(key)})")
            counts += _copy_schemas(con, "personal", (PII_SCHEMA,))
        counts += _carry_last_good(con, current_release(home), manifest.as_of_date)
        _write_release_schema(con, manifest, has_pii, gate_reports, loads, counts)
        con.execute("USE facts")
        write_metrics(con, metrics, manifest.as_of_date)
        said = (manifest.release_id, manifest.as_of_date, naive_utc(manifest.published_at))
        write_history(con, home, metrics, said, loads, sources)
        con.execute("USE memory")
        # Closing swallows what goes wrong in its checkpoint (a full disk): ask for it here, where it can raise.
        for catalogue in ("facts", "personal") if has_pii else ("facts",):
            con.execute(f"CHECKPOINT {catalogue}")
            con.execute(f"DETACH {catalogue}")
    for written in (file, pii_file) if has_pii else (file,):
        os.chmod(written, 0o600)
    return Staged(manifest, file, pii_file if has_pii else None)


def _tables(con: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    rows = con.execute(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_catalog = 'build' AND table_schema = ? ORDER BY table_name",
        [schema],
    ).fetchall()
    return [name for (name,) in rows]


def _copy_schemas(con: duckdb.DuckDBPyConnection, target: str, schemas: Sequence[str]) -> list[tuple]:
    """Copy every table and view of the build's schemas; returns rows of `release.row_counts`, measured in the build."""
    counts = []
    for schema in schemas:
        con.execute(f"CREATE SCHEMA {target}.{schema}")
        for table in _tables(con, schema):
            order = ROW_ORDER.get(table, "ALL")
            con.execute(
                f'CREATE TABLE {target}.{schema}."{table}" AS SELECT * FROM build.{schema}."{table}" ORDER BY {order}'
            )
            counts.append((schema, table, *content_of(con, f'build.{schema}."{table}"')))
    return counts


def _carry_last_good(con: duckdb.DuckDBPyConnection, before: Release | None, as_of_date: date) -> list[tuple]:
    """Write the schema `last_good`, empty on most nights; returns its rows of `release.row_counts`."""
    con.execute(f"CREATE SCHEMA facts.{last_good.SCHEMA}")
    counts = []
    for score, rows in last_good.carried(con, before, as_of_date).items():
        con.execute(f"CREATE TABLE facts.{last_good.SCHEMA}.{score} AS {rows} ORDER BY ALL")
        counts.append((last_good.SCHEMA, score, *content_of(con, f"({rows})")))
    return counts


def content_of(con: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, str]:
    """(rows, hash of all cells whatever the order of rows) of a table; equal within one DuckDB version only."""
    return con.execute(f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0)::VARCHAR FROM {relation} t").fetchone()


def _write_release_schema(con, manifest: Manifest, has_pii: bool, gate_reports, loads, counts) -> None:
    con.execute("CREATE SCHEMA facts.release")
    for (schema, table), name in ALSO_IN_RELEASE.items():
        if table in _tables(con, schema):
            con.execute(f"CREATE TABLE facts.release.{name} AS SELECT * FROM build.{schema}.{table} ORDER BY ALL")
    for table in sorted(feature_sample.SAMPLED.keys() & set(_tables(con, feature_sample.SCHEMA))):
        kept = feature_sample.kept_half("build", table, manifest.as_of_date)
        con.execute(f"CREATE TABLE facts.{feature_sample.kept_as(table)} AS {kept}")
    said = (*astuple(manifest)[:2], naive_utc(manifest.published_at), *astuple(manifest)[3:], has_pii)
    _fill(con, "manifest", MANIFEST_COLUMNS, [said])
    _fill(con, "gate_reports", GATE_COLUMNS, [astuple(result) for result in gate_reports])
    names = [part.split()[0] for part in LOAD_COLUMNS.split(",")]
    renamed = {"table_name": "table"}
    _fill(con, "loads", LOAD_COLUMNS, [tuple(load.get(renamed.get(n, n)) for n in names) for load in loads])
    _fill(con, "row_counts", COUNT_COLUMNS, counts)


def _fill(con, name: str, columns: str, rows: Sequence[tuple]) -> None:
    con.execute(f"CREATE TABLE facts.release.{name} ({columns})")
    if rows:
        # All in one statement: a company loads files for years, and one statement a row takes sixteen times as long.
        names = [part.split()[0] for part in columns.split(",")]
        said = [dict(zip(names, row, strict=True)) for row in rows]
        con.execute(f"INSERT INTO facts.release.{name} SELECT unnest(?::STRUCT({columns})[], max_depth := 2)", [said])
