"""How long a night takes to describe and score its customers, with and without training, and in how much memory.

    python -m tests.bench.scoring_speed [customers]

A generated company of 100,000 customers, unless said otherwise, is given a whole night. Then its features are made once
more from its marts, its three scores of customers are trained with their backtest, and given again by these models.
Asked: features, fit and scoring of 1,000,000 customers in 150 s and 6 GB; training with backtest of 100,000 in 300 s.
"""

from __future__ import annotations

import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import duckdb

from models_ml.once import remembering
from orchestration.assets.score import OF_CUSTOMERS, SNAPSHOTS
from orchestration.nightly import run_nightly
from orchestration.settings import Settings
from orchestration.twin.estate import generate

CUSTOMERS = 100_000
AS_OF = date(2026, 11, 1)
DATABASE_MEMORY = "4GB"
"""A night lets its databases take a third of the machine; here they leave room in the 6 GB for the models."""
FEATURE = re.compile(r'"warehouse"\."features"\."(\w+)"')


def build_of_a_night(home: Path, customers: int) -> Path:
    """The folder that the night leaves its marts and its SQL in. RuntimeError when the night fails."""
    generate(home, customers, AS_OF, seed=1)
    failure = run_nightly(Settings(home), AS_OF.isoformat())
    if failure:
        raise RuntimeError(failure)
    [build] = (home / "build").iterdir()
    return build


def statements(build: Path) -> dict[str, str]:
    """Compiled SELECT by table, of all that the snapshots and labels of customers need, what is needed first."""
    [folder] = build.glob("dbt/compiled/*/models/features")
    found: dict[str, str] = {}

    def need(table: str) -> None:
        if table not in found:
            sql = (folder / f"{table}.sql").read_text(encoding="utf-8")
            for other in FEATURE.findall(sql):
                need(other)
            found[table] = sql

    for table in SNAPSHOTS:
        need(table)
    return found


def make_features(build: Path, into: Path) -> None:
    with duckdb.connect(str(into), config={"memory_limit": DATABASE_MEMORY, "asof_loop_join_threshold": 0}) as con:
        con.execute(f"ATTACH '{build / 'warehouse.duckdb'}' AS warehouse (READ_ONLY)")
        con.execute("CREATE SCHEMA features")
        con.execute("SET TimeZone = 'UTC'")
        kinds = dict(con.execute("SELECT table_name, table_type FROM information_schema.tables").fetchall())
        for table, sql in statements(build).items():
            kind = "VIEW" if kinds[table] == "VIEW" else "TABLE"
            of_its_own = FEATURE.sub(r"features.\1", sql)
            con.execute(f"CREATE {kind} features.{table} AS {of_its_own}")


def timed(what: str, work: Callable[[], object]) -> tuple[float, object]:
    started = time.monotonic()
    result = work()
    seconds, peak = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{what:60} {seconds:7.1f} s   at most {peak:4.1f} GB so far", flush=True)
    return seconds, result


def measure(build: Path, made: Path) -> None:
    """In a process of its own: a night before it would count towards its memory."""
    described, _ = timed("features and labels of all customers", lambda: make_features(build, made))
    with duckdb.connect(str(made), read_only=True) as con:
        loaded, (features, labels) = timed(
            "loaded", lambda: [con.sql(f"FROM features.{name}").pl() for name in SNAPSHOTS]
        )
    today, trained, again = features["as_of_date"].max(), 0.0, 0.0
    with remembering():
        for name, module in OF_CUSTOMERS.items():
            train = partial(module.train_and_score, features, labels, today)
            seconds, result = timed(f"{name}: trained with backtest, and scored", train)
            trained += seconds
            score = partial(module.score_again, result.artifacts, result.card["model_version"], features, today)
            seconds, scores = timed(f"{name}: scored by that model", score)
            again += seconds
    print(f"{len(scores):,} customers described and scored in {described + loaded + again:.0f} s;")
    print(f"described, trained with backtest and scored in {described + loaded + trained:.0f} s")


def main(customers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        build = build_of_a_night(Path(folder) / "home", customers)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            apart.submit(measure, build, Path(folder) / "made.duckdb").result()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS)
