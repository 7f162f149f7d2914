"""What people know better: two contacts are one person (merge), or are not (split), in CSV files with a reason each.

Two files of one shape: `seeds/identity_overrides.csv` of the dbt project, kept under version control by a company, and
`identity/overrides.csv` in the home, to which `rapport identity merge|split` writes. Later lines win over earlier ones,
and the home's over the seed's.
Stays out: what follows from an override (keys, clusters).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import duckdb
import polars as pl

from data_quality.durable import write_whole

SEED = Path("seeds") / "identity_overrides.csv"
OWN = "overrides.csv"
MERGE, SPLIT = "merge", "split"


class OverrideError(ValueError):
    """A line of an overrides file cannot be used; the message names file, line, column and reason."""


@dataclass(frozen=True)
class Override:
    """`action` is merge or split; the two contacts are ids such as `zendesk:8123`; `decided_at` is ISO, or empty."""

    action: str
    contact_id: str
    other_contact_id: str
    reason: str
    decided_at: str = ""


COLUMNS = tuple(field.name for field in fields(Override))


def read_overrides(files: Iterable[Path]) -> list[Override]:
    """All overrides in order, the last word on each pair only. Raises OverrideError; a missing file has none."""
    last: dict[frozenset[str], Override] = {}
    for file in files:
        if not file.exists():
            continue
        with file.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise OverrideError(f"{file.name}: line 1: the columns must be {','.join(COLUMNS)}")
            for row in reader:
                override = _checked(row, f"{file.name}: line {reader.line_num}")
                pair = frozenset((override.contact_id, override.other_contact_id))
                last.pop(pair, None)
                last[pair] = override
    return list(last.values())


def add_overrides(home: Path, new: Iterable[Override]) -> Path:
    """Append overrides to the home's own file, whole or not at all; returns its path."""
    path = home / "identity" / OWN
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = io.StringIO(path.read_text(encoding="utf-8") if path.exists() else ",".join(COLUMNS) + "\n")
    written.seek(0, io.SEEK_END)
    csv.writer(written, lineterminator="\n").writerows(astuple(override) for override in new)
    write_whole(path, written.getvalue())
    return path


def teach_overrides(connection: duckdb.DuckDBPyConnection, overrides: list[Override]) -> list[str]:
    """Write the temp tables `merges` and `splits` (a, b: records); returns a sentence per override of nobody."""
    rows = [(override.action, override.contact_id, override.other_contact_id) for override in overrides]
    schema = dict.fromkeys(("action", "contact_id", "other_contact_id"), pl.String)
    connection.register("arriving", pl.DataFrame(rows, schema=schema, orient="row").to_arrow())
    connection.execute("""
        create or replace temp table decided as
        select arriving.*, x.record as x, y.record as y from arriving
        left join records as x on x.contact_id = arriving.contact_id
        left join records as y on y.contact_id = arriving.other_contact_id
    """)
    connection.unregister("arriving")
    for action in (MERGE, SPLIT):
        connection.execute(f"""
            create or replace temp table {action}s as
            select least(x, y) as a, greatest(x, y) as b from decided
            where action = '{action}' and x is not null and y is not null order by all
        """)
    unknown = connection.execute(
        "select action, contact_id, other_contact_id from decided where x is null or y is null order by all"
    ).fetchall()
    return [f"override {action} {a} {b}: no export knows one of them; it waits" for action, a, b in unknown]


def _checked(row: dict[str, str], where: str) -> Override:
    override = Override(**{name: (row.get(name) or "").strip() for name in COLUMNS})
    if override.action not in (MERGE, SPLIT):
        raise OverrideError(f"{where}: action: {override.action!r} is neither merge nor split")
    for column in ("contact_id", "other_contact_id"):
        if ":" not in getattr(override, column):
            raise OverrideError(f"{where}: {column}: {getattr(override, column)!r} is not an id such as zendesk:8123")
    if override.contact_id == override.other_contact_id:
        raise OverrideError(f"{where}: other_contact_id: a contact cannot be merged with or split from itself")
    if not override.reason:
        raise OverrideError(f"{where}: reason: say why, for whoever reads this in a year")
    return override
