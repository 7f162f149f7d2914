"""Contracts: what each declared table must look like, read from the dbt YAML that already says it.

Belongs here: parsing `models/**/_*__sources.yml` into plain dataclasses, and the rules that make such a file valid.
Stays out: reading exports (orchestration.intake), running checks (data_quality.gate), any SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from data_quality.columns import POLICIES, Column, ContractError, column_of
from data_quality.databases import FromDatabase, from_database

FORMATS = ("csv", "fixed_width", "ics", "json", "mbox", "ndjson", "parquet", "xlsx")
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where it is: it reads the declarations of all sources in a tenth of the time."""
LOADS = ("append", "merge", "snapshot")
PROVENANCE = {
    "_source_file": "varchar",
    "_source_row": "bigint",
    "_load_id": "varchar",
    "_loaded_at": "timestamp",
    "_extra": "json",
}
"""Columns that intake adds to every raw table; `_extra` keeps the cells of undeclared columns as a JSON object."""


@dataclass(frozen=True)
class DeletedWhen:
    """The rows that say that a record is gone: `column` holds one of `values`, or anything where none are named."""

    column: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ingest:
    """How an export becomes rows: which files, which format, and what a second load of the same key means.

    `new_columns` that a file has beyond the contract: evolve keeps their cells in `_extra` and warns, ignore drops them
    and says so, stop refuses the file. `may_lose` is the share of its keys that a snapshot may lose from one load to
    the next, `may_repeat` the share of new rows that an append table may have seen already, `volume_factor` how many
    times more or fewer rows than usual a night may bring (None: the gates' own). `pull` says which table of a database
    is read instead of waiting for files; with load: merge only rows whose `updated_at` has changed are read again.
    """

    pattern: str
    format: str
    load: str
    key: tuple[str, ...] = ()
    updated_at: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    timezone: str = "UTC"
    null_values: tuple[str, ...] = ("",)
    root: str | None = None
    pull: FromDatabase | None = None
    sheet: str | None = None
    new_columns: str = "evolve"
    deleted_when: DeletedWhen | None = None
    may_lose: float | None = None
    may_repeat: float | None = None
    volume_factor: float | None = None


@dataclass(frozen=True)
class Freshness:
    """How long a source may bring nothing new, as dbt's `freshness` says it."""

    warn_after: timedelta | None = None
    error_after: timedelta | None = None


@dataclass(frozen=True)
class SourceTable:
    """One table of one source, as its `_<source>__sources.yml` declares it."""

    source: str
    name: str
    description: str
    columns: tuple[Column, ...]
    ingest: Ingest
    path: Path = field(compare=False)
    freshness: Freshness | None = None
    dbt_source: str = ""
    """The dbt source whose staging reads the table: its own, but for tables that a company declares in its home."""
    rows_of: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Mart → SQL over a raw row: the id, without its source's name, of the mart row that it is (a part of)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "dbt_source", self.dbt_source or self.source)

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def headers(self) -> frozenset[str]:
        """What the columns that come from the file are called in it."""
        return frozenset(column.header for column in self.columns if column.constant is None)

    @cached_property
    def columns_with_aliases(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.aliases)


def load_source_tables(project_dir: Path) -> list[SourceTable]:
    """All source tables declared under `models/staging/`, sorted by source and name.

    Raises ContractError that names the file, table and column of the first thing that is wrong.
    """
    tables: list[SourceTable] = []
    for path in sorted((project_dir / "models" / "staging").glob("*/_*__sources.yml")):
        tables.extend(_tables_in(path, path.stat().st_mtime_ns))
    if not tables:
        raise ContractError(f"{project_dir}: no models/staging/*/_*__sources.yml found")
    return sorted(tables, key=lambda table: (table.source, table.name))


@lru_cache(maxsize=1000)
def _tables_in(path: Path, changed_at: int) -> tuple[SourceTable, ...]:
    """Read once as long as the file is the same: a command asks for the contracts several times."""
    return tuple(_read_tables(path))


def _read_tables(path: Path) -> Iterator[SourceTable]:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    for source in document["sources"]:
        for table in source["tables"]:
            where = f"{path.name}: {source['name']}.{table['name']}"
            ingest = ingest_of(table, where)
            columns = tuple(column_of(column, ingest.key, where) for column in table["columns"])
            names = [column.name for column in columns]
            # Names become folders and columns; a leading underscore is provenance's.
            for name in (source["name"], table["name"], *names):
                if not re.fullmatch("[a-z][a-z0-9_]*", name):
                    raise ContractError(f"{where}: the name {name!r} is not in snake_case")
            if ingest.format == "fixed_width" and not all(column.width for column in columns):
                raise ContractError(f"{where}: fixed_width needs a width for every column")
            deletion = ingest.deleted_when.column if ingest.deleted_when else None
            for name in (*ingest.key, *filter(None, (ingest.updated_at, deletion))):
                if name not in names:
                    raise ContractError(f"{where}: ingest names column {name!r}, which is not declared")
            _check_drift(columns, ingest, where)
            yield SourceTable(
                source["name"],
                table["name"],
                table.get("description", ""),
                columns,
                ingest,
                path,
                _freshness(source, table, where),
                rows_of=table.get("config", {}).get("meta", {}).get("rows_of", {}),
            )


def ingest_of(table: dict, where: str) -> Ingest:
    """`config.meta.ingest` of a table. Raises ContractError that says, after `where`, what is wrong with it."""
    said = dict(table.get("config", {}).get("meta", {}).get("ingest") or {})
    for needed, allowed in (("pattern", None), ("format", FORMATS), ("load", LOADS)):
        if needed not in said:
            raise ContractError(f"{where}: config.meta.ingest.{needed} is missing")
        if allowed and said[needed] not in allowed:
            raise ContractError(f"{where}: ingest.{needed} {said[needed]!r} is not one of {', '.join(allowed)}")
    unknown = set(said) - {name for name in Ingest.__dataclass_fields__}
    if unknown:
        raise ContractError(f"{where}: config.meta.ingest has unknown settings {sorted(unknown)}")
    if said["load"] == "merge" and not said.get("key"):
        raise ContractError(f"{where}: load: merge needs a key")
    for name in ("key", "null_values"):
        if name in said:
            said[name] = tuple(said[name])
    if "deleted_when" in said:
        said["deleted_when"] = _deleted_when(said["deleted_when"], said["load"], where)
    if "pull" in said:
        said["pull"] = from_database(said["pull"], said["format"], said["load"], where)
        if not fnmatchcase(f"{table['name']}.ndjson", said["pattern"]):
            raise ContractError(f"{where}: ingest.pattern does not take {table['name']}….ndjson, as which pulls land")
    ingest = Ingest(**said)
    _check_reading(ingest, where)
    return ingest


def _deleted_when(said: dict, load: str, where: str) -> DeletedWhen:
    if not isinstance(said, dict) or not set(said) <= {"column", "values"} or "column" not in said:
        raise ContractError(f"{where}: ingest.deleted_when is {{column: …, values: […]}}")
    values = said.get("values", [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ContractError(f"{where}: ingest.deleted_when.values is a list of texts, quoted: ['true']")
    if load == "append":
        raise ContractError(f"{where}: load: append keeps every row, so deleted_when needs load: merge or snapshot")
    return DeletedWhen(said["column"], tuple(values))


def _check_reading(ingest: Ingest, where: str) -> None:
    try:
        ZoneInfo(ingest.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ContractError(f"{where}: ingest.timezone {ingest.timezone!r} is not a known time zone") from fault
    try:
        "".encode(ingest.encoding)
    except LookupError as fault:
        raise ContractError(f"{where}: ingest.encoding {ingest.encoding!r} is not a known encoding") from fault
    if len(ingest.delimiter) != 1 or ingest.delimiter in '"\r\n':
        raise ContractError(f"{where}: ingest.delimiter {ingest.delimiter!r} is not one character that can separate")
    if ingest.new_columns not in POLICIES:
        raise ContractError(f"{where}: ingest.new_columns {ingest.new_columns!r} is not one of {', '.join(POLICIES)}")
    for name in ("may_lose", "may_repeat"):
        share = getattr(ingest, name)
        if share is not None and not 0 <= share <= 1:
            raise ContractError(f"{where}: ingest.{name} {share!r} is not a share between 0 and 1")
    if ingest.volume_factor is not None and not ingest.volume_factor > 1:
        raise ContractError(f"{where}: ingest.volume_factor {ingest.volume_factor!r} is not a number above 1")


def _check_drift(columns: tuple[Column, ...], ingest: Ingest, where: str) -> None:
    """No header may mean two columns. (Two columns of one header, without an alias, are two readings of one cell.)"""
    headers = {column.header for column in columns}
    taken: dict[str, str] = {}
    for column in columns:
        if column.missing == "ignore" and (column.is_required or column.name in ingest.key):
            raise ContractError(f"{where}.{column.name}: is required or a key, so missing can only be stop")
        for alias in column.aliases:
            if alias in headers or taken.setdefault(alias, column.name) != column.name:
                raise ContractError(f"{where}.{column.name}: the alias {alias!r} means another column already")


def _freshness(source: dict, table: dict, where: str) -> Freshness | None:
    """dbt's own rule: the table's word before the source's, under `config` or beside it; null switches it off."""
    for said in (table.get("config", {}), table, source.get("config", {}), source):
        if "freshness" in said:
            return _limits(said["freshness"], where) if said["freshness"] else None
    return None


def _limits(said: dict, where: str) -> Freshness:
    try:
        return Freshness(
            **{
                name: timedelta(**{f"{limit['period']}s": limit["count"]})
                for name, limit in said.items()
                if name in ("warn_after", "error_after") and limit
            }
        )
    except (KeyError, TypeError) as fault:
        raise ContractError(f"{where}: freshness is {{warn_after: {{count: 36, period: hour}}}}") from fault
