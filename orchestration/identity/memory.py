"""What a night remembers so that the next one need not do it again: parsed phones, compared units, the trained model.

Everything here can be deleted: it is then worked out anew, and only a model that learned from other data could judge
a borderline pair differently. Ids do not depend on it (ledger).
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration import versions
from orchestration.identity import (
    candidates,
    clusters,
    keys,
    model,
    neighbourhoods,
    phones,
    records,
    spelling,
    units,
)
from orchestration.identity.model import term_columns
from orchestration.identity.rules import Rules

PHONES = {"phones": "text varchar, country varchar, number varchar"}
COMPARED = {
    "known": "contact_id varchar, content ubigint, neighbourhood ubigint",
    "key_values": "value ubigint, neighbourhood ubigint",
    "unit_places": "unit ubigint, neighbourhood ubigint, contact_id varchar",
    "overridden": "contact_id varchar",
    "scored": "a ubigint, b ubigint, probability double, weight double",
}
TRAITS = (
    "unit ubigint, contact_id varchar, given_name varchar, family_name varchar, birth_date varchar, "
    "national_id varchar, phone varchar, phones varchar[], street varchar, streets varchar[], postcode varchar, "
    "city varchar, mailboxes varchar[], organisation_id varchar, whole_name varchar, formals varchar[]"
)
"""Columns of `unit_traits`, the widest table: a night adds a file of its new units and links to the files before it."""
MOST_FILES = 30
DEFINITION = "definition.txt"


def definition(rules: Rules) -> str:
    """A fingerprint of everything that tonight's answers depend on but the people and the ledger."""
    modules = (candidates, clusters, keys, model, neighbourhoods, phones, records, spelling, units)
    spelled = "".join(inspect.getsource(module) for module in modules)
    said = spelled + json.dumps(spelling.nicknames()) + repr(rules) + duckdb.__version__
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def read_compared(connection: duckdb.DuckDBPyConnection, area: Path, rules: Rules, is_fresh_start: bool) -> list[Path]:
    """Write the temp tables of COMPARED as the last night left them; but for phones, empty on a fresh start.

    Returns the files behind the view `unit_traits`.
    """
    folder = versions.newest(area / "compared")
    is_same = folder is not None and (folder / DEFINITION).read_text(encoding="utf-8") == definition(rules)
    for name, columns in (PHONES | COMPARED).items():
        connection.execute(f"create or replace temp table {name} ({columns})")
        if folder and (name in PHONES or (is_same and not is_fresh_start)):
            connection.execute(f"insert into {name} by name select * from read_parquet('{folder / name}.parquet')")
    files = sorted(folder.glob("traits-*.parquet")) if folder and is_same and not is_fresh_start else []
    connection.execute(f"create or replace temp table no_traits ({TRAITS})")
    listed = ", ".join(f"'{file}'" for file in files)
    kept = f"read_parquet([{listed}])" if files else "no_traits"
    connection.execute(f"create or replace temp view unit_traits as select * from {kept}")
    return files


def write_compared(
    connection: duckdb.DuckDBPyConnection, area: Path, rules: Rules, name: str, files: list[Path]
) -> None:
    """Keep the temp tables of COMPARED for the next night, the `files` of `unit_traits` and what they lack."""

    def write(folder: Path) -> None:
        (folder / DEFINITION).write_text(definition(rules), encoding="utf-8")
        for table in PHONES | COMPARED:
            connection.execute(f"copy {table} to '{folder / table}.parquet' (format parquet)")
        is_long = len(files) >= MOST_FILES
        for file in [] if is_long else files:
            os.link(file, folder / file.name)
        added = "from all_units" if is_long else "from units anti join unit_traits using (unit)"
        columns = ", ".join(column.split()[0] for column in TRAITS.split(", "))
        connection.execute(f"copy (select {columns} {added}) to '{folder}/traits-{name}.parquet' (format parquet)")

    versions.add(area / "compared", name, write)
    versions.keep(area / "compared", 1)


def has_model(area: Path) -> bool:
    """Whether a model was ever trained here."""
    return versions.newest(area / "model") is not None


def read_model(
    connection: duckdb.DuckDBPyConnection, area: Path, today: date, people: int, rules: Rules
) -> dict | None:
    """The kept model with its tables in `connection`; None when there is none or it is out of date.

    Out of date: the company has outgrown it, the calendar says so, or the code compares otherwise.
    """
    folder = versions.newest(area / "model")
    if folder is None:
        return None
    kept = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    age = (today - date.fromisoformat(kept["trained_on"])).days
    grown = people > kept["people"] * (1 + rules.retrain_after_growth)
    if kept["definition"] != definition(rules) or abs(age) > rules.retrain_after_days or grown:
        return None
    for table in _tables():
        connection.execute(f"create or replace temp table {table} as from read_parquet('{folder / table}.parquet')")
    return kept


def write_model(
    connection: duckdb.DuckDBPyConnection,
    area: Path,
    name: str,
    settings: dict[str, Any],
    today: date,
    people: int,
    rules: Rules,
) -> None:
    """Keep a trained model with the tables that belong to it."""
    kept = {"trained_on": today.isoformat(), "people": people, "definition": definition(rules), "settings": settings}

    def write(folder: Path) -> None:
        (folder / "model.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
        for table in _tables():
            connection.execute(f"copy {table} to '{folder / table}.parquet' (format parquet, compression zstd)")

    versions.add(area / "model", name, write)
    versions.keep(area / "model", 2)


def _tables() -> list[str]:
    return ["common_values", *(f"terms_{column}" for column in term_columns())]
