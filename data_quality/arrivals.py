"""What arrived for one table: its nights, which of their loads readers have seen, and the raw rows as one relation.

Belongs here: the facts that several checks of the exports share. Stays out: any judgement.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from data_quality.contracts import SourceTable
from data_quality.loads import nights, past_loads
from data_quality.release import ReleaseError, connect, current_release, quoted


@dataclass(frozen=True)
class Arrivals:
    """`nights`: manifests by run, the oldest first. `released`: ids of the loads in the current release, None without.

    What a release holds has been accepted: it is never judged again, and it is what new loads are measured by.
    """

    table: SourceTable
    nights: list[list[dict]]
    released: frozenset[str] | None = None

    @property
    def name(self) -> str:
        return f"{self.table.source}.{self.table.name}"

    @property
    def relation(self) -> str:
        """SQL for all raw rows; needs the home as search path."""
        return relation_of(self.table)

    @property
    def loads(self) -> list[dict]:
        return [load for night in self.nights for load in night]

    def is_accepted(self, load: dict) -> bool:
        return self.released is not None and load["load_id"] in self.released

    @property
    def new_loads(self) -> list[dict]:
        """The loads that no reader has seen yet."""
        return [load for load in self.loads if not self.is_accepted(load)]

    @property
    def nights_before(self) -> list[list[dict]]:
        """The nights before the newest one that count as usual: all, or where there is a release those in it."""
        return [n for n in self.nights[:-1] if self.released is None or all(map(self.is_accepted, n))]


def arrivals_of(home: Path, table: SourceTable, released: frozenset[str] | None) -> Arrivals:
    return Arrivals(table, nights(past_loads(home, table.source, table.name)), released)


def has_landed(home: Path, table: SourceTable) -> bool:
    """Whether raw holds more of a table than the empty file that every declared table has."""
    loads = (Path(home) / "raw" / table.source / table.name).glob("load_id=*")
    return any(load.name != "load_id=empty" for load in loads)


def relation_of(table: SourceTable) -> str:
    pattern = quoted(f"raw/{table.source}/{table.name}/*/*.parquet")
    return f"read_parquet({pattern}, union_by_name = true, hive_partitioning = false)"


def released_loads(home: Path) -> frozenset[str] | None:
    """Ids of the loads that the current release was made of; None where there is no release that can be read."""
    try:
        release = current_release(home)
        if release is None:
            return None
        with connect(release) as con:
            return frozenset(load_id for (load_id,) in con.execute("SELECT load_id FROM release.loads").fetchall())
    except (ReleaseError, duckdb.Error):
        return None
