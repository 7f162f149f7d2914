"""How fast intake reads a clean file, beside DuckDB's own read_csv on the same file: `make bench`.

Both read the same columns into the same types and write them as Parquet; intake also hashes, keeps provenance and
proves that nothing was lost. The runs alternate, and each kind's best counts: a busy machine slows both.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from data_quality.contracts import Column, Ingest, SourceTable
from orchestration.intake.intake import intake

ROWS = 1_000_000
RUNS = 4
TYPES = {
    "order_id": "bigint",
    "article": "varchar",
    "description": "varchar",
    "quantity": "bigint",
    "ordered_at": "timestamp",
    "price": "decimal(18,4)",
    "customer": "varchar",
    "country": "varchar",
}


def order_lines() -> pl.DataFrame:
    """A million lines of orders, the same ones every time; one description in fifty has a comma."""
    row = pl.int_range(ROWS)
    article = (row * 7919 + row // 13) % 4000
    return pl.select(
        order_id=row // 20 + 536_365,
        article=pl.format("{}A", article + 20_000),
        description=pl.when(article % 50 == 0)
        .then(pl.format("LANTERN, WHITE METAL {}", article))
        .otherwise(pl.format("HANGING HEART HOLDER {}", article)),
        quantity=row * 31 % 24 + 1,
        ordered_at=(pl.datetime(2010, 12, 1) + pl.duration(seconds=row // 20 * 317)).dt.to_string("%Y-%m-%d %H:%M:%S"),
        price=pl.format("{}.{}", row * 17 % 40, row * 13 % 90 + 10),
        customer=pl.format("{}", row // 20 % 4372 + 12_346),
        country=pl.lit("United Kingdom"),
    )


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(name: str, file: Path, work_dir: Path) -> None:
    columns = tuple(Column(column, data_type, "…", column) for column, data_type in TYPES.items())
    table = SourceTable("shop", "lines", "", columns, Ingest("*.csv", "csv", "append"), Path("shop.yml"))
    homes = iter(range(RUNS))

    def with_intake() -> None:
        home = work_dir / f"{name}-{next(homes)}"
        (home / "landing").mkdir(parents=True)
        (home / "landing" / "shop").symlink_to(file.parent)
        [load] = intake(home, [table], datetime(2026, 1, 1))
        assert (load.rows_loaded, load.rows_quarantined) == (ROWS, 0), load

    def with_duckdb() -> None:
        read = f"select * from read_csv('{file}', columns = {TYPES}, header = true, delim = ',', quote = '\"')"
        with duckdb.connect() as connection:
            connection.execute(f"copy ({read}) to '{work_dir / 'lines.parquet'}' (format parquet, compression zstd)")

    times = [(seconds(with_intake), seconds(with_duckdb)) for _ in range(RUNS)]
    ours, theirs = (min(column) for column in zip(*times, strict=True))
    size = file.stat().st_size / 1e6
    print(
        f"{name:16} {size:4.0f} MB  intake {ROWS / ours:>9,.0f} rows/s  read_csv {ROWS / theirs:>9,.0f} rows/s  "
        f"ratio {theirs / ours:.2f} (asked: at least 0.50)"
    )


def main() -> None:
    lines = order_lines()
    with tempfile.TemporaryDirectory() as folder:
        for name, quotes in (("quoted-if-needed", "necessary"), ("all-quoted", "always")):
            landing = Path(folder) / name
            landing.mkdir()
            lines.write_csv(landing / "lines.csv", quote_style=quotes)
            compare(name, landing / "lines.csv", Path(folder))
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
