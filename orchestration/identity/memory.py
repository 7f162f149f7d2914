"""What a night remembers so that the next one need not do it again: parsed phones, compared units, the trained model.

Everything here can be deleted: it is then worked out anew, and only a model that learned from other data could judge
a borderline pair differently. Ids do not depend on it (ledger).
"""

from __future__ import annotations

import hashlib
import inspect
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.identity import candidates, model, spelling, versions
from orchestration.identity.model import term_columns
from orchestration.identity.rules import Rules

COMPARED = {
    "phones": "text varchar, country varchar, number varchar",
    "compared_units": "unit ubigint",
    "scored": "a ubigint, b ubigint, probability double, weight double",
}


def definition() -> str:
    """A fingerprint of everything that a model's weights depend on but the data."""
    spelled = "".join(inspect.getsource(module) for module in (model, candidates, spelling))
    return hashlib.sha256((spelled + json.dumps(spelling.nicknames()) + duckdb.__version__).encode()).hexdigest()[:12]


def read_compared(connection: duckdb.DuckDBPyConnection, area: Path) -> None:
    """Write the temp tables of COMPARED as the last night left them."""
    folder = versions.newest(area / "compared")
    for name, columns in COMPARED.items():
        connection.execute(f"create or replace temp table {name} ({columns})")
        if folder:
            connection.execute(f"insert into {name} select * from read_parquet('{folder / name}.parquet')")


def write_compared(connection: duckdb.DuckDBPyConnection, area: Path, name: str) -> None:
    """Keep the temp tables of COMPARED under the name of this night."""

    def write(folder: Path) -> None:
        for table in COMPARED:
            connection.execute(f"copy {table} to '{folder / table}.parquet' (format parquet, compression zstd)")

    versions.add(area / "compared", name, write)
    versions.keep(area / "compared", 1)


def read_model(connection: duckdb.DuckDBPyConnection, area: Path, today: date, units: int, rules: Rules) -> dict | None:
    """The kept model with its tables in `connection`; None when there is none or it is out of date.

    Out of date: the company has outgrown it, the calendar says so, or the code compares otherwise.
    """
    folder = versions.newest(area / "model")
    if folder is None:
        return None
    kept = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    age = (today - date.fromisoformat(kept["trained_on"])).days
    grown = units > kept["units"] * (1 + rules.retrain_after_growth)
    if kept["definition"] != definition() or abs(age) > rules.retrain_after_days or grown:
        return None
    for table in _tables():
        connection.execute(f"create or replace temp table {table} as from read_parquet('{folder / table}.parquet')")
    return kept


def write_model(
    connection: duckdb.DuckDBPyConnection, area: Path, name: str, settings: dict[str, Any], today: date, units: int
) -> None:
    """Keep a trained model with the tables that belong to it."""
    kept = {"trained_on": today.isoformat(), "units": units, "definition": definition(), "settings": settings}

    def write(folder: Path) -> None:
        (folder / "model.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
        for table in _tables():
            connection.execute(f"copy {table} to '{folder / table}.parquet' (format parquet, compression zstd)")

    versions.add(area / "model", name, write)
    versions.keep(area / "model", 2)


def _tables() -> list[str]:
    return ["common_values", *(f"terms_{column}" for column in term_columns())]
