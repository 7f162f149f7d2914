"""From a row of a mart to the lines of the files it came from, through raw: marts are not widened for it.

Each source says which of its tables' rows a mart row is made of (`rows_of` in its YAML). A source that says nothing,
or a row made of a whole person, has no line here: `rapport identity explain` tells whom a customer is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data_quality.contracts import PROVENANCE, SourceTable
from data_quality.release import quoted


@dataclass(frozen=True)
class Origin:
    """The lines of one table's newest load that hold a record: the first one, and how many there are."""

    source: str
    table: str
    file: str
    line: int
    count_lines: int
    load_id: str

    def in_words(self) -> str:
        more = f" and {self.count_lines - 1:,} more lines" if self.count_lines > 1 else ""
        return f"{self.source}/{self.file}, line {self.line:,}{more} (load {self.load_id})"


def origins(home: Path, tables: Iterable[SourceTable], mart: str, ids: Sequence[str]) -> dict[str, list[Origin]]:
    """Where each of these ids of a mart comes from; an id without a known line is left out."""
    wanted: dict[str, set[str]] = {}
    for one in ids:
        source, _, record = one.partition(":")
        wanted.setdefault(source, set()).add(record)
    found: dict[str, list[Origin]] = {}
    with duckdb.connect() as con:
        for table in tables:
            if mart not in table.rows_of or table.source not in wanted:
                continue
            sql = f"""
                select record, _source_file, min(_source_row), count(*), _load_id
                from ({raw_records(home, table, mart)})
                where record in (select unnest($ids))
                group by record, _source_file, _load_id, _loaded_at
                qualify row_number() over (
                    partition by record order by max(changed) desc nulls last, _loaded_at desc, _load_id desc
                ) = 1"""
            for record, *place in con.execute(sql, {"ids": sorted(wanted[table.source])}).fetchall():
                found.setdefault(f"{table.source}:{record}", []).append(Origin(table.source, table.name, *place))
    return found


def loads_that_touch(
    home: Path, tables: Iterable[SourceTable], rows: Mapping[str, Sequence[str]], loads: Mapping[str, str]
) -> dict[str, int]:
    """load_id → how many of these mart rows (ids by mart) it brought or changed, of `loads` (load_id → source)."""
    touched: dict[str, int] = {}
    with duckdb.connect() as con:
        for table in tables:
            arrived = [load for load, source in loads.items() if source == table.source]
            for mart in table.rows_of.keys() & rows.keys() if arrived else ():
                sql = f"""
                    select _load_id, count(distinct record) from ({raw_records(home, table, mart)})
                    where _load_id in (select unnest($loads)) and $source || record in (select unnest($ids))
                    group by all"""
                asked = {"ids": list(rows[mart]), "loads": arrived, "source": f"{table.source}:"}
                for load, count in con.execute(sql, asked).fetchall():
                    touched[load] = touched.get(load, 0) + count
    return touched


def raw_records(home: Path, table: SourceTable, mart: str) -> str:
    """SELECT of a raw table's provenance, with the mart row's id (without the source) as `record`."""
    # What counts of a merged table is the record's latest change, and only then the latest load.
    changed = (table.ingest.load == "merge" and table.ingest.updated_at) or "null"
    files = Path(home) / "raw" / table.source / table.name / "load_id=*" / "*.parquet"
    if not any(files.parent.parent.glob("load_id=*/*.parquet")):
        return f"select null as record, null as changed, {', '.join(f'null as {name}' for name in PROVENANCE)} limit 0"
    return f"""
        select trim(cast({table.rows_of[mart]} as varchar)) as record, {changed} as changed, {", ".join(PROVENANCE)}
        from read_parquet({quoted(files)}, hive_partitioning = false)"""
