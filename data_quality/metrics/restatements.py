"""What became of numbers once published: each metric's months as first published, and every change since, with the
loads that came in between and touch rows of that month.

The memory is `metrics/<release>.parquet` in the home, one file per release that said something new, written from the
release itself by the night after it: only what readers have seen is remembered, and a kill loses nothing, because
writing it again gives the same file. The same night run twice changes nothing; a run for a day before the last one
tells the past again and restates nothing.
Stays out: rolling windows and stocks, which are another thing every day.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import duckdb

from data_quality.contracts import SourceTable
from data_quality.durable import fsync, write_whole
from data_quality.metrics.compiler import grains, statement
from data_quality.metrics.definitions import Metric
from data_quality.metrics.provenance import loads_that_touch
from data_quality.release import Release, connect, list_releases, quoted

COLUMNS = """metric VARCHAR, from_date DATE, to_date DATE, value DOUBLE, n BIGINT, before DOUBLE, reason VARCHAR,
    loads VARCHAR[], definition VARCHAR, release_id VARCHAR, as_of_date DATE, published_at TIMESTAMP"""
"""`reason` is first, loads (which ones: `loads`), definition (the metric's own SQL changed) or unknown: rows left the
month, or somebody turned out to be somebody else."""
FIRST, LOADS, DEFINITION, UNKNOWN = "first", "loads", "definition", "unknown"
THROUGH = "through.json"


@dataclass(frozen=True)
class Said:
    """What was last published of a metric's month."""

    value: float | None
    definition: str
    to_date: date


def remember(home: Path) -> None:
    """Take into the memory what the kept releases said that it does not know yet."""
    folder = memory(home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    through = _through(folder)
    for release in reversed(list_releases(home)):
        if release.published_at.isoformat() <= through:
            continue
        _remember(release, folder)
        write_whole(folder / THROUGH, json.dumps({"published_at": release.published_at.isoformat()}))


def write_history(
    con: duckdb.DuckDBPyConnection,
    home: Path,
    metrics: Sequence[Metric],
    manifest: tuple[str, date, datetime],
    loads: Sequence[Mapping[str, object]],
    sources: Iterable[SourceTable],
) -> None:
    """Make `release.metric_history` and `release.restatements` in the staged database in use.

    `manifest` is release_id, as_of_date, published_at; `loads` all loads as dicts; `sources` say what is made of them.
    """
    con.execute(f"CREATE TABLE release.metric_history ({COLUMNS})")
    files = sorted(memory(home).glob("*.parquet"))
    if files:
        con.execute(f"INSERT INTO release.metric_history FROM read_parquet([{', '.join(map(quoted, files))}])")
    [(newest,)] = con.execute("SELECT max(as_of_date) FROM release.metric_history").fetchall()
    if newest is None or manifest[1] >= newest:
        arrived = _arrived(home, loads)
        new = [(*row, *manifest) for row in _news(con, home, metrics, manifest[1], arrived, list(sources))]
        if new:
            con.executemany(f"INSERT INTO release.metric_history VALUES ({', '.join('?' * len(new[0]))})", new)
    con.execute("""CREATE TABLE release.restatements AS
        SELECT metric, from_date, to_date, first(value ORDER BY published_at) OVER month AS first_value,
            first(published_at ORDER BY published_at) OVER month AS first_published_at, before AS value_before, value,
            reason, loads, release_id, published_at
        FROM release.metric_history
        WINDOW month AS (PARTITION BY metric, from_date)
        QUALIFY reason <> 'first' ORDER BY published_at DESC, metric, from_date""")


def memory(home: Path) -> Path:
    return Path(home) / "metrics"


def _remember(release: Release, folder: Path) -> None:
    said = {"release": release.release_id}
    with connect(release) as con:
        if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'metric_history'").fetchall():
            return  # of a Rapport that kept no history
        new = con.execute("FROM release.metric_history WHERE release_id = $release", said).to_arrow_table()
    if new.num_rows:
        path = folder / f"{release.release_id}.parquet"
        partial = path.with_suffix(".partial")
        with duckdb.connect() as con:
            con.register("new", new)
            con.execute(f"COPY new TO {quoted(partial)} (FORMAT parquet)")
        fsync(partial)
        partial.replace(path)
        fsync(folder)


def _through(folder: Path) -> str:
    path = folder / THROUGH
    return json.loads(path.read_text(encoding="utf-8"))["published_at"] if path.exists() else ""


def _arrived(home: Path, loads: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """load_id → source of the loads that the last release had not seen."""
    kept = list_releases(home)
    if not kept or not kept[0].file.exists():
        return {}
    with connect(kept[0]) as con:
        known = {load for (load,) in con.execute("SELECT load_id FROM release.loads").fetchall()}
    return {str(load["load_id"]): str(load["source"]) for load in loads if load["load_id"] not in known}


def _news(con, home: Path, metrics, as_of: date, arrived: Mapping[str, str], sources: list[SourceTable]):
    """metric, from_date, to_date, value, n, before, reason, loads, definition of each month that is new or changed."""
    touched: dict[tuple, list[str]] = {}
    last = _last_said(con)
    for metric in metrics:
        if "month" not in grains(metric):
            continue
        definition = sha256(statement(metric, "month").encode()).hexdigest()[:16]
        now, oldest = _months(con, metric.name)
        known = {start: said for (name, start), said in last.items() if name == metric.name}
        for start in sorted(now.keys() | {day for day in known if oldest and day >= oldest}):
            end, value, n = now.get(start, (known[start].to_date if start in known else None, None, 0))
            if end > as_of:
                continue
            if start not in known:
                yield metric.name, start, end, value, n, None, FIRST, [], definition
                continue
            before = known[start]
            if _same(before.value, value):
                continue
            loads: list[str] = []
            if before.definition == definition:
                place = (metric.aggregates[0].table, start, end)
                if place not in touched:
                    touched[place] = _touching(con, home, metric, start, end, arrived, sources)
                loads = touched[place]
            reason = DEFINITION if before.definition != definition else LOADS if loads else UNKNOWN
            yield metric.name, start, end, value, n, before.value, reason, loads, definition


def _last_said(con) -> dict[tuple[str, date], Said]:
    rows = con.execute("""SELECT metric, from_date, value, definition, to_date FROM release.metric_history
        QUALIFY row_number() OVER (PARTITION BY metric, from_date ORDER BY published_at DESC) = 1""").fetchall()
    return {(metric, start): Said(value, definition, end) for metric, start, value, definition, end in rows}


def _months(con, metric: str) -> tuple[dict[date, tuple], date | None]:
    """First day → end, value and n of the months that are over; and the oldest month that has a value."""
    rows = con.execute(
        """SELECT from_date, to_date, value, n FROM release.metric_values
           WHERE metric = $metric AND time_window = 'month' ORDER BY from_date""",
        {"metric": metric},
    ).fetchall()
    found = {start: tuple(rest) for start, *rest in rows if rest[0].day == 1}
    return found, rows[0][0] if rows else None


def _touching(con, home: Path, metric: Metric, start: date, end: date, arrived, sources) -> list[str]:
    """The loads that brought or changed most rows of the month first."""
    rows: dict[str, list[str]] = {}
    for one in {aggregate.table: aggregate for aggregate in metric.aggregates}.values():
        found = con.execute(
            f"SELECT {one.key} FROM {one.table} WHERE {one.time} >= $start AND {one.time} < $end",
            {"start": start, "end": end},
        ).fetchall()
        rows[one.table.removeprefix("marts.")] = [str(key) for (key,) in found]
    counts = loads_that_touch(home, sources, rows, arrived)
    return sorted(counts, key=lambda load: (-counts[load], load))


def _same(before: float | None, now: float | None) -> bool:
    if before is None or now is None:
        return before is now
    return math.isclose(before, now, rel_tol=1e-9, abs_tol=1e-9)
