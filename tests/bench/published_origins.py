"""Tables of `make backtest` at the very days that figures elsewhere were measured at.

    python -m tests.bench.published_origins [data set …]

A night judges the dates that its own day leaves it, a horizon apart. Where a figure to compare with was measured at
others, each of them is given a night of its own, a horizon later, with exports that end the day before; of each night
only that latest origin counts. Stays out: the data sets themselves and how a table is made (backtests.py).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from tests.bench.backtests import DATA_SETS, DataSet, backtests, tables

LAST_DAYS_SEEN = {
    "completejourney": (date(2017, 9, 8), date(2017, 10, 6), date(2017, 11, 3), date(2017, 12, 3)),
    "cdnow": (date(1997, 9, 30), date(1997, 12, 31), date(1998, 3, 31)),
}


def nights(data: DataSet) -> list[DataSet]:
    """One for each origin: the last day seen is the day before it."""
    origins = [day + timedelta(days=1) for day in LAST_DAYS_SEEN[data.name]]
    days = [origin + timedelta(days=data.horizon_days) for origin in origins]
    return [replace(data, as_of=day, origins=1, land=_until(data, day)) for day in days]


def _until(data: DataSet, day: date) -> Callable[[Path], None]:
    def land(home: Path) -> None:
        data.land(home)
        CUT[data.name](home, day)

    return land


def _cut_baskets(home: Path, day: date) -> None:
    [file] = home.glob("landing/*/transactions.parquet")
    pl.read_parquet(file).filter(pl.col("transaction_timestamp").dt.date() < day).write_parquet(file)


def _cut_cdnow(home: Path, day: date) -> None:
    [file] = home.glob("landing/*/CDNOW_master.txt")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if line.split()[1] < f"{day:%Y%m%d}"), encoding="utf-8")


CUT = {"completejourney": _cut_baskets, "cdnow": _cut_cdnow}


def at_published_origins(data: DataSet) -> pl.DataFrame:
    """`scores.backtests` of those nights, each with its latest origin alone; candidates that all of them tried."""
    found = []
    for night in nights(data):
        with tempfile.TemporaryDirectory() as folder:
            judged = backtests(night, Path(folder))
        origin = night.as_of - timedelta(days=night.horizon_days)
        found.append(judged.filter(pl.col("origin_date") == origin))
    rows = pl.concat(found, how="diagonal_relaxed")
    return rows.filter(pl.col("origin_date").n_unique().over("score_name", "candidate") == len(found))


def main(names: list[str]) -> None:
    unknown = set(names) - set(LAST_DAYS_SEEN)
    if unknown:
        sys.exit(f"no published origins of {', '.join(sorted(unknown))}; there are {', '.join(LAST_DAYS_SEEN)}")
    for data in DATA_SETS:
        if data.name in (names or LAST_DAYS_SEEN):
            # Each night chooses its own champion, so none stands for all.
            found = at_published_origins(data).with_columns(is_champion=False)
            for table in tables(replace(data, origins=len(LAST_DAYS_SEEN[data.name])), found):
                print(table, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
