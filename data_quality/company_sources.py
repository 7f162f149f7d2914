"""Sources that a company declares in its own home: one YAML file maps an export to a kind that Rapport knows.

`sources/*.yml` in the home says which of the company's headers is which column of `generic.generic_<kind>`. What comes
of it is a table like any other, kept under the file's own name; the dbt source `generic` reads them all.

Belongs here: such a file → SourceTable, and errors that name file, line and reason. Stays out: what the columns of a
kind are (the dbt source `generic`), reading exports (orchestration.intake).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from data_quality.columns import Column, ContractError, with_writing
from data_quality.contracts import Freshness, SourceTable, ingest_of, load_source_tables

GENERIC = "generic"
ENDINGS = {"csv": "csv", "json": "json", "ndjson": "ndjson", "parquet": "parquet", "xlsx": "xlsx"}
"""Formats of such sources, and how their files end unless a pattern is given."""
READING = ("encoding", "delimiter", "timezone", "null_values", "root", "sheet", "new_columns")
SETTINGS = ("name", "kind", "pattern", "format", "columns", "description", "stale_after_days", "tables", *READING)
COLUMN_SETTINGS = ("header", "value", "format", "aliases", "decimal", "thousands", "unit", "values", "required")
SYSTEM = "source_name"
"""The column that says which system a row of a kind comes from."""

Place = tuple[str | int, ...]


def declared_tables(project_dir: Path, home: Path) -> list[SourceTable]:
    """All tables that the project and the company declare, sorted by source and name.

    Raises ContractError for the first thing that is wrong, with file and line or field.
    """
    tables = load_source_tables(project_dir)
    return sorted([*tables, *company_tables(home, tables)], key=lambda table: (table.source, table.name))


def company_tables(home: Path, declared: list[SourceTable]) -> list[SourceTable]:
    """The tables that a home declares beside those of the project. Raises ContractError as above."""
    taken = {table.source: table.path for table in declared}
    tables: list[SourceTable] = []
    for path in sorted((home / "sources").glob("*.y*ml")):
        for table in _CompanyFile(path, declared).tables():
            earlier = taken.setdefault(table.source, path)
            if earlier != path:
                raise ContractError(f"{_shown(path)}: name: {table.source!r} is taken already, by {earlier.name}")
            tables.append(table)
    return tables


def _shown(path: Path) -> str:
    return f"sources/{path.name}"


class _CompanyFile:
    """One YAML file, with the line on which every setting stands."""

    def __init__(self, path: Path, declared: list[SourceTable]) -> None:
        self._path = path
        self._kinds = {table.name.removeprefix(f"{GENERIC}_"): table for table in declared if table.source == GENERIC}
        self._lines: dict[Place, int] = {}
        try:
            text = path.read_text(encoding="utf-8-sig")
            self._find_lines(yaml.compose(text, Loader=yaml.BaseLoader), ())
            # Everything is text as written: a header may be `no`, a word `Yes`, a value 0049.
            self._said = yaml.load(text, Loader=yaml.BaseLoader)
        except (yaml.YAMLError, UnicodeDecodeError) as fault:
            mark = getattr(fault, "problem_mark", None)
            where = f"{_shown(path)}, line {mark.line + 1}" if mark else _shown(path)
            raise ContractError(f"{where}: is not YAML: {getattr(fault, 'problem', None) or fault}") from fault

    def _find_lines(self, node: yaml.Node | None, place: Place) -> None:
        if isinstance(node, yaml.SequenceNode):
            for number, one in enumerate(node.value):
                self._find_lines(one, (*place, number))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = (*place, str(key.value))
                if inner in self._lines:
                    raise self._fault(inner, f"stands there twice, first in line {self._lines[inner]}", key)
                self._lines[inner] = key.start_mark.line + 1
                self._find_lines(value, inner)

    def _fault(self, place: Place, reason: str, node: yaml.Node | None = None) -> ContractError:
        return ContractError(f"{self._where(place, node)}: {reason}")

    def _where(self, place: Place, node: yaml.Node | None = None) -> str:
        """File, line and setting; a setting that is not there has the line of what lacks it."""
        known = next((place[:end] for end in range(len(place), 0, -1) if place[:end] in self._lines), None)
        number = node.start_mark.line + 1 if node else self._lines.get(known or (), 0)
        line = f", line {number}" if number else ""
        return f"{_shown(self._path)}{line}: " + ".".join(map(str, place))

    def tables(self) -> Iterator[SourceTable]:
        if not isinstance(self._said, dict):
            raise ContractError(f"{_shown(self._path)}: is not a map of settings such as name, kind and columns")
        self._refuse_unknown(self._said, SETTINGS, ())
        name = self._said.get("name", self._path.stem)
        if not isinstance(name, str) or not re.fullmatch("[a-z][a-z0-9_]*", name):
            raise self._fault(("name",), f"{name!r} is not in snake_case, such as web_shop")
        shared = {key: value for key, value in self._said.items() if key != "tables"}
        parts = self._said.get("tables", [{}])
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            raise self._fault(("tables",), "is not a list of tables, each with kind and columns")
        kinds: set[str] = set()
        for number, part in enumerate(parts):
            place: Place = ("tables", number) if "tables" in self._said else ()
            self._refuse_unknown(part, SETTINGS[1:-1], place)
            table = self._table(name, shared | part, place)
            if table.name in kinds:
                raise self._fault((*place, "kind"), "stands in this file already; give the other one a file of its own")
            kinds.add(table.name)
            yield table

    def _refuse_unknown(self, said: Mapping[str, Any], known: tuple[str, ...], place: Place) -> None:
        for key in said:
            if key not in known:
                raise self._fault((*place, str(key)), f"is no setting; there are {', '.join(known)}")

    def _table(self, name: str, said: dict[str, Any], place: Place) -> SourceTable:
        for key, known in (("kind", self._kinds), ("format", ENDINGS)):
            if said.get(key) not in known:
                raise self._fault((*place, key), f"{said.get(key)!r} is not one of {', '.join(sorted(known))}")
        kind = self._kinds[said["kind"]]
        key = [column for column in kind.ingest.key if column != SYSTEM]
        columns = self._columns(name, kind, said.get("columns"), place)
        settings = {
            "pattern": str(said.get("pattern", f"*.{ENDINGS[said['format']]}")),
            "format": said["format"],
            "load": kind.ingest.load,
            "key": key,
            **{setting: said[setting] for setting in READING if setting in said},
        }
        if kind.ingest.updated_at in {column.name for column in columns}:
            settings["updated_at"] = kind.ingest.updated_at
        where = _shown(self._path) + (f", line {self._lines[place]}" if place in self._lines else "")
        return SourceTable(
            name,
            kind.name,
            str(said.get("description", kind.description)),
            columns,
            ingest_of({"config": {"meta": {"ingest": settings}}}, where),
            self._path,
            self._freshness(said.get("stale_after_days"), place),
            dbt_source=GENERIC,
            rows_of=kind.rows_of,
        )

    def _freshness(self, days: object, place: Place) -> Freshness | None:
        if days is None:
            return None
        if not str(days).isdecimal() or not int(str(days)):
            raise self._fault((*place, "stale_after_days"), f"{days!r} is not a number of days")
        limit = timedelta(days=int(str(days)))
        return Freshness(warn_after=limit, error_after=2 * limit)

    def _columns(self, name: str, kind: SourceTable, said: object, place: Place) -> tuple[Column, ...]:
        place = (*place, "columns")
        if not isinstance(said, dict) or not said:
            raise self._fault(place, "is not a map from our columns to your headers")
        known = {column.name: column for column in kind.columns if column.name != SYSTEM}
        for theirs in said:
            if theirs not in known:
                reason = f"is no column of {kind.name.removeprefix(f'{GENERIC}_')}; there are {', '.join(known)}"
                raise self._fault((*place, str(theirs)), reason)
        lacking = [column.name for column in known.values() if column.is_required and column.name not in said]
        if lacking:
            raise self._fault(place, f"lacks {' and '.join(lacking)}, without which a row says nothing")
        system = next(column for column in kind.columns if column.name == SYSTEM)
        mapped = [self._column(known[one], said[one], (*place, one)) for one in known if one in said]
        return (replace(system, constant=name), *mapped)

    def _column(self, column: Column, said: object, place: Place) -> Column:
        if isinstance(said, str):
            said = {"header": said}
        if not isinstance(said, dict):
            raise self._fault(place, "is neither a header nor a map with header or value")
        self._refuse_unknown(said, COLUMN_SETTINGS, place)
        if ("header" in said) == ("value" in said):
            raise self._fault(place, "needs either header (what the column is called) or value (what every row has)")
        for key in ("header", "value", "format"):
            if key in said and (not isinstance(said[key], str) or not said[key]):
                raise self._fault((*place, key), "is not a text")
        column = with_writing(column, said, self._where(place))
        if column.values is None and column.accepted_values:
            # Words of their own are then set aside one by one, instead of stopping the night at the gate.
            column = replace(column, values=())
        return replace(
            column,
            header=said.get("header", ""),
            constant=said.get("value"),
            date_format=said.get("format"),
            aliases=tuple(said.get("aliases", ())),
            is_required=column.is_required or said.get("required", "false").lower() in ("true", "yes"),
        )
