"""Writing the folder of a source: contract, staging models, and the source's line in each union.

Stays out: every guess. What is written is ordinary YAML and SQL, to be read and mended by a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from orchestration.drafting.canonical import CANONICAL
from orchestration.drafting.columns import ColumnDraft, draft_column
from orchestration.drafting.entities import EntityDraft, find_entity, id_of, orders_of_lines, people_in
from orchestration.drafting.keys import find_key, find_updated_at
from orchestration.drafting.sample import Sample, read_sample, snake_case
from orchestration.drafting.staging import contact_reference, contacts_sql, orders_sql, staging_sql

PEOPLE = ("contacts", "leads")
TO_SAY = {
    "description": "Say what this system is.",
    "export": "say how somebody produces these files",
    "not_covered": "say what the export leaves out",
}
"""What no sample tells; `rapport sources check` reminds of it."""


class CannotDraft(ValueError):
    """Nothing was written; the message says why."""


@dataclass(frozen=True)
class TableDraft:
    """One table of the draft, from one sample."""

    name: str
    sample: Sample
    columns: list[ColumnDraft]
    key: list[ColumnDraft]
    entity: EntityDraft | None


@dataclass
class Draft:
    """What was written, and what a person should look at, in words."""

    tables: list[TableDraft]
    files: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def draft_source(project_dir: Path, source: str, files: list[Path]) -> Draft:
    """Write `models/staging/<source>/` from samples of its exports, one table per file.

    Raises CannotDraft when the name is taken or unfit, and NotASample for a file that says nothing.
    """
    if not re.fullmatch("[a-z][a-z0-9_]*", source):
        raise CannotDraft(f"the name {source!r} is not in snake_case, such as web_shop")
    folder = project_dir / "models" / "staging" / source
    if folder.exists():
        raise CannotDraft(f"a source {source!r} exists already: {folder.name}/ in models/staging")
    draft = Draft([_draft_table(read_sample(file), files) for file in files])
    folder.mkdir()
    _write(draft, folder / f"_{source}__sources.yml", _contract(source, draft.tables))
    models: dict[str, str] = {}
    for table in draft.tables:
        models |= _models(source, table, draft)
    for entity, sql in models.items():
        _write(draft, folder / f"stg_{source}__{entity}.sql", sql)
        _feed_union(project_dir, entity, source, draft)
    _write(draft, folder / f"_{source}__models.yml", _descriptions(source, list(models)))
    for table in draft.tables:
        draft.notes += [f"{table.name}.{column.name} {column.note}" for column in table.columns if column.note]
    return draft


def _draft_table(sample: Sample, files: list[Path]) -> TableDraft:
    columns = [draft_column(header, sample.cells[header]) for header in sample.cells.columns]
    names = [column.name for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CannotDraft(f"{sample.file.name}: two headers become {', '.join(twice)}; name one otherwise in the file")
    key = find_key(sample.cells, columns)
    name = _table_name(sample.file, files)
    return TableDraft(name, sample, columns, key, find_entity(name, columns, key))


def _table_name(file: Path, files: list[Path]) -> str:
    """The file's name without what all files begin and end with, and without digits at its end."""
    words = [snake_case(path.name.split(".")[0]).split("_") for path in files]
    mine = snake_case(file.name.split(".")[0]).split("_")
    if len(files) > 1:
        for end in (0, -1):
            while len(min(words, key=len)) > 1 and len({each[end] for each in words}) == 1:
                words = [each[1:] if end == 0 else each[:-1] for each in words]
                mine = mine[1:] if end == 0 else mine[:-1]
    while len(mine) > 1 and mine[-1].isdigit():
        mine = mine[:-1]
    return "_".join(mine)


def _models(source: str, table: TableDraft, draft: Draft) -> dict[str, str]:
    """Entity → SQL of the staging models that one table gives."""
    if table.entity is None:
        draft.notes.append(f"{table.name} resembles no canonical entity: it is loaded, and no staging model reads it")
        return {}
    entity, contact = table.entity, _contact_column(table, draft.tables)
    if id_of(entity.entity) not in entity.columns and len(table.key) < 2:
        draft.notes.append(f"{table.name}: no column tells its rows apart; stg_{source}__{entity.entity} needs one")
    models = {entity.entity: staging_sql(source, table.name, entity, contact, table.key)}
    known = {other.entity.entity for other in draft.tables if other.entity}
    orders = orders_of_lines(table.columns) if entity.entity == "order_lines" and "orders" not in known else None
    if orders:
        buyer = orders.columns.get("contact_id")
        contact = contact or (buyer.name if buyer else None)
        models["orders"] = orders_sql(source, table.name, orders, entity, contact)
    # Where no table is about people, the leads say most of them; without leads, whatever names a person.
    says_most = entity.entity in PEOPLE or not known.intersection(PEOPLE)
    if "contacts" not in known and says_most and contact_reference(source, entity, contact):
        people = people_in(table.columns)
        models["contacts"] = contacts_sql(source, table.name, people, contact)
    return models


def _contact_column(table: TableDraft, tables: list[TableDraft]) -> str | None:
    """The column whose id is a person: the id of a person's own table, wherever that column stands, or one named so."""
    own = [t.entity.columns[id_of(t.entity.entity)].name for t in tables if t.entity and t.entity.entity in PEOPLE
           and id_of(t.entity.entity) in t.entity.columns]  # fmt: skip
    names = [column.name for column in table.columns]
    if table.entity and table.entity.entity in PEOPLE and id_of(table.entity.entity) in table.entity.columns:
        return table.entity.columns[id_of(table.entity.entity)].name
    shared = [name for name in own if name in names]
    named = table.entity.columns.get("contact_id") if table.entity else None
    return shared[0] if shared else named.name if named else None


def _contract(source: str, tables: list[TableDraft]) -> str:
    files = " and ".join(table.sample.file.name for table in tables)
    header = {
        "name": source,
        "description": f"Drafted from {files}. {TO_SAY['description']}",
        "schema": "raw",
        "config": {
            "meta": {
                "external_location": f"read_parquet('raw/{source}/{{name}}/*/*.parquet', union_by_name=true, "
                "hive_partitioning=false)",
                "guide": {
                    "objects": ", ".join(table.name for table in tables),
                    "export": TO_SAY["export"],
                    "headers": "the files the draft was made from",
                    "not_covered": TO_SAY["not_covered"],
                },
            },
            "loaded_at_field": "_loaded_at",
            "freshness": {
                "warn_after": {"count": 36, "period": "hour"},
                "error_after": {"count": 7, "period": "day"},
            },
        },
        "tables": [_table(table) for table in tables],
    }
    return yaml.safe_dump(
        {"version": 2, "sources": [header]}, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False
    )


def _table(table: TableDraft) -> dict:
    ingest: dict = {"pattern": _pattern(table.sample.file), "format": table.sample.format}
    ingest |= {"load": "merge", "key": [column.name for column in table.key]} if table.key else {"load": "append"}
    updated = find_updated_at(table.columns)
    if updated and table.key:
        ingest["updated_at"] = updated.name
    if table.sample.encoding != "utf-8":
        ingest["encoding"] = table.sample.encoding
    if table.sample.format == "csv" and table.sample.delimiter != ",":
        ingest["delimiter"] = table.sample.delimiter
    empty = sorted({word for column in table.columns for word in column.empty_words})
    if empty:
        ingest["null_values"] = ["", *empty]
    return {
        "name": table.name,
        "description": f"One row per {' and '.join(column.name for column in table.key) or 'line of the export'}.",
        "config": {"meta": {"ingest": ingest}},
        "columns": [_column(column, column in table.key) for column in table.columns],
    }


def _pattern(file: Path) -> str:
    """The file's name with its last number free, so that the next export fits as well."""
    stem, dot, suffixes = file.name.removesuffix(".gz").partition(".")
    return re.sub(r"[0-9][0-9_\-]*$", "*", stem).removesuffix("*") + "*" + dot + suffixes


def _column(column: ColumnDraft, is_key: bool) -> dict:
    meta: dict = {"header": column.header}
    if is_key:
        meta["required"] = True
    if column.is_pii:
        meta["pii"] = True
    if column.date_format:
        meta["format"] = column.date_format
    said = ", ".join(repr(value) for value in column.values[:5])
    told = f": {said}{' and others' if len(column.values) > 5 else ''}" if said and not column.is_pii else ""
    return {
        "name": column.name,
        "data_type": column.data_type,
        "description": f"{column.header} in the export{told}.",
        "config": {"meta": meta},
    }


def _descriptions(source: str, entities: list[str]) -> str:
    models = []
    for entity in entities:
        columns = [
            {"name": name, "description": f"{{{{ doc('{name}') }}}}"}
            | ({"data_tests": ["key"]} if name == id_of(entity) else {})
            for name in CANONICAL[entity]
        ]
        models.append({"name": f"stg_{source}__{entity}", "description": f"{entity} of {source}.", "columns": columns})
    return yaml.safe_dump({"version": 2, "models": models}, sort_keys=False, allow_unicode=True, width=120)


def _feed_union(project_dir: Path, entity: str, source: str, draft: Draft) -> None:
    union = project_dir / "models" / "intermediate" / f"int_{entity}_unioned.sql"
    if not union.exists():
        draft.notes.append(f"no int_{entity}_unioned.sql takes {entity} up yet: write one like its neighbours")
        return
    text = union.read_text(encoding="utf-8")
    _write(draft, union, text.replace("    ]) }}", f"        '{source}',\n    ]) }}}}", 1))


def _write(draft: Draft, path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    draft.files.append(path)
