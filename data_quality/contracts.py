"""Contracts: what each declared table must look like, read from the dbt YAML that already says it.

Belongs here: parsing `models/**/_*__sources.yml` into plain dataclasses, and the rules that make such a file valid.
Stays out: reading exports (orchestration.intake), running checks (data_quality.gate), any SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

FORMATS = ("csv", "fixed_width", "ndjson")
LOADS = ("append", "merge", "snapshot")
TYPES = ("varchar", "bigint", "double", "decimal(18,4)", "boolean", "date", "timestamp", "json")
PROVENANCE = {
    "_source_file": "varchar",
    "_source_row": "bigint",
    "_load_id": "varchar",
    "_loaded_at": "timestamp",
    "_extra": "json",
}
"""Columns that intake adds to every raw table; `_extra` keeps the cells of undeclared columns as a JSON object."""


class ContractError(ValueError):
    """A contract file is wrong; the message names file, table, column and reason."""


@dataclass(frozen=True)
class Column:
    """One declared column: `name` in raw, `header` in the export (the name itself unless said otherwise)."""

    name: str
    data_type: str
    description: str
    header: str
    is_required: bool = False
    is_pii: bool = False
    date_format: str | None = None
    accepted_values: tuple[str, ...] = ()
    minimum: float | None = None
    width: tuple[int, int] | None = None


@dataclass(frozen=True)
class Ingest:
    """How an export becomes rows: which files, which format, and what a second load of the same key means."""

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


@dataclass(frozen=True)
class SourceTable:
    """One table of one source, as its `_<source>__sources.yml` declares it."""

    source: str
    name: str
    description: str
    columns: tuple[Column, ...]
    ingest: Ingest
    path: Path = field(compare=False)

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def load_source_tables(project_dir: Path) -> list[SourceTable]:
    """All source tables declared under `models/staging/`, sorted by source and name.

    Raises ContractError that names the file, table and column of the first thing that is wrong.
    """
    tables: list[SourceTable] = []
    for path in sorted((project_dir / "models" / "staging").glob("*/_*__sources.yml")):
        tables.extend(_tables_in(path))
    if not tables:
        raise ContractError(f"{project_dir}: no models/staging/*/_*__sources.yml found")
    return sorted(tables, key=lambda table: (table.source, table.name))


def _tables_in(path: Path) -> Iterator[SourceTable]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for source in document["sources"]:
        for table in source["tables"]:
            where = f"{path.name}: {source['name']}.{table['name']}"
            ingest = _ingest(table, where)
            columns = tuple(_column(column, where) for column in table["columns"])
            names = [column.name for column in columns]
            # Names become folders and columns; a leading underscore is provenance's.
            for name in (source["name"], table["name"], *names):
                if not re.fullmatch("[a-z][a-z0-9_]*", name):
                    raise ContractError(f"{where}: the name {name!r} is not in snake_case")
            if ingest.format == "fixed_width" and not all(column.width for column in columns):
                raise ContractError(f"{where}: fixed_width needs a width for every column")
            for name in (*ingest.key, *([ingest.updated_at] if ingest.updated_at else [])):
                if name not in names:
                    raise ContractError(f"{where}: ingest names column {name!r}, which is not declared")
            yield SourceTable(source["name"], table["name"], table.get("description", ""), columns, ingest, path)


def _ingest(table: dict, where: str) -> Ingest:
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
    ingest = Ingest(**said)
    _check_reading(ingest, where)
    return ingest


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


def _column(column: dict, where: str) -> Column:
    meta = column.get("config", {}).get("meta", {})
    name, data_type = column["name"], column.get("data_type")
    if data_type not in TYPES:
        raise ContractError(f"{where}.{name}: data_type {data_type!r} is not one of {', '.join(TYPES)}")
    if not column.get("description"):
        raise ContractError(f"{where}.{name}: has no description")
    return Column(
        name=name,
        data_type=data_type,
        description=column["description"],
        header=meta.get("header", name),
        is_required=bool(meta.get("required", False)),
        is_pii=bool(meta.get("pii", False)),
        date_format=meta.get("format"),
        accepted_values=tuple(meta.get("accepted_values", ())),
        minimum=meta.get("minimum"),
        width=tuple(meta["width"]) if "width" in meta else None,
    )
