"""A small, believable release for tests, made without dbt or a model fit.

Belongs here: writing a sample build file and publishing it. Stays out: its rows (estate) and table shapes (schema).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl

from data_quality.metrics.definitions import load_metrics
from data_quality.publish import publish
from data_quality.release import Release
from data_quality.results import GateResult
from data_quality.staging import Manifest

from .doors import GATES, LOADS
from .estate import Estate
from .schema import COLUMNS, columns_of, type_of

METRICS = load_metrics(Path(__file__).parents[2] / "dbt_project")
AS_OF = date(2026, 11, 1)
DOCUMENTED = {table: columns_of(table) for table in COLUMNS if not table.startswith("seeds.")}
"""What dbt's manifest would document: "schema.table" → columns."""
_BUILDS = tempfile.TemporaryDirectory(prefix="sample-builds-")


def build_sample_release(
    home: Path,
    release_id: str = "20261101-020000",
    as_of_date: date = AS_OF,
    customers: int = 60,
    seed: int = 7,
    published_at: datetime | None = None,
    change: Callable[[duckdb.DuckDBPyConnection], object] | None = None,
    gate_reports: Sequence[GateResult] = GATES,
    loads: Sequence[Mapping[str, object]] = LOADS,
    documented_columns: Mapping[str, Sequence[str]] | None = None,
    with_pii: bool = True,
    key: str | None = None,
) -> Release:
    """Publish one sample release under `home`; `change(connection)` may spoil the build file first.

    `published_at` is naive UTC, by default 02:00 on `as_of_date`; give later releases later times.
    """
    build_file = Path(home) / "build" / f"{release_id}.duckdb"
    build_file.parent.mkdir(parents=True, exist_ok=True)
    build_file.unlink(missing_ok=True)
    write_sample_build(build_file, as_of_date, customers, seed, change)
    published_at = published_at or datetime.combine(as_of_date, datetime.min.time()) + timedelta(hours=2)
    manifest = Manifest(release_id, as_of_date, published_at, f"run-{release_id}", "0.1.0", is_generated_data=True)
    return publish(
        build_file, home, manifest, gate_reports, loads, documented_columns, metrics=METRICS, with_pii=with_pii, key=key
    )


def write_sample_build(
    build_file: Path,
    as_of_date: date = AS_OF,
    customers: int = 60,
    seed: int = 7,
    change: Callable[[duckdb.DuckDBPyConnection], object] | None = None,
) -> None:
    """Write a build file as a finished dbt run leaves it (schemas marts, scores, segments, seeds, pii)."""
    shutil.copy(_unchanged_build(as_of_date, customers, seed), build_file)
    if change:
        with duckdb.connect(str(build_file)) as con:
            con.execute("SET enable_progress_bar = false")
            change(con)


@lru_cache
def _unchanged_build(as_of_date: date, customers: int, seed: int) -> Path:
    """Made once by each process: sixty tables take a second, a copy of them none."""
    build_file = Path(_BUILDS.name) / f"{as_of_date}-{customers}-{seed}.duckdb"
    rows_of = Estate(as_of_date, customers, seed).tables
    with duckdb.connect(str(build_file)) as con:
        con.execute("SET enable_progress_bar = false")
        for name in ("marts", "scores", "segments", "seeds", "pii"):
            con.execute(f"CREATE SCHEMA {name}")
        for table in COLUMNS:
            columns = ", ".join(f"{column} {type_of(column)}" for column in columns_of(table))
            con.execute(f"CREATE TABLE {table} ({columns})")
            if rows_of.get(table):
                frame = pl.DataFrame(rows_of[table], infer_schema_length=None)
                con.register("sample_rows", frame)
                con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM sample_rows")
                con.unregister("sample_rows")
    return build_file
