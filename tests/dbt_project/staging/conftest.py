"""Staging on its own: one dbt run per session, then as many small estates as tests need.

Here staging models are views over `raw/…` in the search path, so the build file of an empty estate serves any home:
`estate()` gives a test its own raw tables and reads the same views over them. A night makes tables of the same SQL.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from copy import copy
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import msgpack
import polars as pl
import pytest

from data_quality.contracts import PROVENANCE, SourceTable
from orchestration.absent_models import is_staging
from orchestration.dbt import PARSED, manifest_path
from orchestration.intake.intake import intake
from orchestration.intake.load import Load

PROJECT = Path(__file__).parents[3] / "dbt_project"
POLARS = {
    "varchar": pl.String(),
    "json": pl.String(),
    "bigint": pl.Int64(),
    "double": pl.Float64(),
    "decimal(18,4)": pl.Decimal(18, 4),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us"),
}
FIRST_NIGHT = datetime(2026, 10, 1)


class Estate:
    """A RAPPORT_HOME whose raw tables hold whatever a test lands, seen through the staging views of `build_file`."""

    def __init__(self, home: Path, build_file: Path, tables: dict[str, SourceTable]) -> None:
        self.home, self._build_file, self._tables = home, build_file, tables
        self.loads: list[Load] = []

    def land(self, table: str, rows: list[dict[str, Any]], load: str = "a", night: int = 0) -> None:
        """Add one load of `table` ("shopify.orders"); a row names the raw columns that are not null."""
        declared = self._tables[table]
        types = {column.name: column.data_type for column in declared.columns} | PROVENANCE
        provenance = {"_source_file": f"{load}.csv", "_load_id": load, "_loaded_at": FIRST_NIGHT + timedelta(night)}
        full = [provenance | {"_source_row": number} | row for number, row in enumerate(rows, start=1)]
        assert not {name for row in full for name in row} - set(types), "a row names a column that is not declared"
        columns = {name: [row.get(name) for row in full] for name in types}
        frame = pl.DataFrame({name: pl.Series(name, columns[name], dtype=POLARS[types[name]]) for name in types})
        folder = self.home / "raw" / declared.source / declared.name / f"load_id={load}"
        folder.mkdir(parents=True)
        frame.write_parquet(folder / "part-0.parquet")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self._build_file), read_only=True) as connection:
            connection.execute(f"set file_search_path = '{self.home}'; set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def rows(self, model: str, columns: str) -> list[tuple[Any, ...]]:
        """The named columns of a staging model, ordered by them."""
        return self.query(f"select {columns} from staging.{model} order by all")

    def row(self, model: str, columns: str) -> tuple[Any, ...]:
        """The only row of a staging model."""
        rows = self.rows(model, columns)
        assert len(rows) == 1, f"{model} has {len(rows)} rows: {rows}"
        return rows[0]


@pytest.fixture(scope="session")
def staging_parse(made_once: Callable[..., Path]) -> Path:
    """The parse of the project with no models but staging, as views: it must stand without what stands on it."""

    def make(folder: Path) -> None:
        known = msgpack.unpackb(manifest_path(PROJECT).with_name(PARSED).read_bytes(), raw=False)
        staging = {key for key, node in known["nodes"].items() if is_staging(node)}
        for key in staging:
            known["nodes"][key]["config"]["materialized"] = "view"
        known["nodes"] = {
            key: node
            for key, node in known["nodes"].items()
            if key in staging or (node["resource_type"] == "test" and staging.issuperset(node["depends_on"]["nodes"]))
        }
        (folder / PARSED).write_bytes(msgpack.packb(known))

    return made_once("staging_parse", make) / PARSED


@pytest.fixture(scope="session")
def dbt(staging_parse: Path, dbt_command: Callable[..., Any]) -> Callable[..., Any]:
    """`dbt("run", home, build_file)` on staging alone."""

    def run(command: str, home: Path, build_file: Path) -> Any:
        words = {"leave_out_absent": False, "settings": {"own_domains": ["shop.example"]}, "parsed": staging_parse}
        return dbt_command(PROJECT, home, build_file, date(2026, 11, 1), command, **words)

    return run


@pytest.fixture(scope="session")
def build_file(dbt: Callable[..., Any], empty_home: Path, made_once: Callable[..., Path]) -> Path:
    """The staging views, built where every raw table is empty."""

    def make(folder: Path) -> None:
        finished = dbt("run", empty_home, folder / "warehouse.duckdb")
        assert finished.success, finished.said[-4000:]

    return made_once("staging_views", make) / "warehouse.duckdb"


@pytest.fixture(scope="session")
def estate_class() -> type[Estate]:
    """For test modules that fill an estate in a way of their own."""
    return Estate


@pytest.fixture(scope="session")
def estate_in(empty_home: Path, source_tables: dict[str, SourceTable]) -> Callable[[Path, Path], Estate]:
    """`estate_in(home, build_file)`: an estate in which every table has its empty load, and so far nothing else."""

    def make(home: Path, build_file: Path) -> Estate:
        # Linked, not written anew: nobody changes an empty load.
        shutil.copytree(empty_home / "raw", home / "raw", copy_function=os.link)
        return Estate(home, build_file, source_tables)

    return make


@pytest.fixture
def estate(tmp_path: Path, build_file: Path, estate_in: Callable[[Path, Path], Estate]) -> Estate:
    return estate_in(tmp_path / "home", build_file)


@pytest.fixture(scope="session")
def taken_in(
    tmp_path_factory: pytest.TempPathFactory,
    build_file: Path,
    estate_in: Callable[[Path, Path], Estate],
    source_tables: dict[str, SourceTable],
) -> Callable[[str], Estate]:
    """`taken_in("pipedrive")`: the exports of a source after intake, once for all tests; do not change them."""

    @cache
    def take_in(source: str) -> Estate:
        estate = estate_in(tmp_path_factory.mktemp(source) / "home", build_file)
        shutil.copytree(Path(__file__).parent / "exports" / source, estate.home / "landing" / source)
        estate.loads = intake(estate.home, list(source_tables.values()), FIRST_NIGHT)
        return estate

    return take_in


@pytest.fixture
def exported(tmp_path: Path, taken_in: Callable[[str], Estate]) -> Callable[[str], Estate]:
    """`exported("pipedrive")`: the exports in `exports/pipedrive/` landed and taken in as on any night.

    What intake said of each file is in `.loads`.
    """

    def copied(source: str) -> Estate:
        made = taken_in(source)
        estate = copy(made)
        estate.home = shutil.copytree(made.home, tmp_path / "home")
        return estate

    return copied
