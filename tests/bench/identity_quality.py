"""Identity measured on a generated company whose truth is known: precision, recall, and what one more night costs.

    python -m tests.bench.identity_quality [customers]

Doubles and traps are planted by the twin (orchestration/twin/doubles.py). The exports go through the real intake and
the real staging; only files that name no person are left out, because nothing here reads them.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from data_quality.contracts import load_source_tables
from orchestration.dbt import PARSED, invoke, manifest_path
from orchestration.identity.resolve import Resolved, resolve, work_place
from orchestration.identity.rules import Rules
from orchestration.identity.warehouse import PEOPLE_OF_WAREHOUSE
from orchestration.intake.intake import intake
from orchestration.settings import PROJECT_DIR
from orchestration.twin.estate import generate
from orchestration.twin.parameters import DEFAULT

AS_OF = date(2026, 11, 1)
NIGHT = datetime(2026, 11, 1, 2)
PEOPLE_FILES = ("contacts", "companies", "users", "customers_export", "members", "nps")
"""Words in the names of the exports that say who people are."""


@dataclass(frozen=True)
class Measured:
    """Pairwise precision and recall of customers, the share of doubles planted, and seconds of the nights."""

    precision: float
    recall: float
    double_share: float
    wrong_by_kind: dict[str, int]
    missed_by_kind: dict[str, int]


def make_people(home: Path, customers: int) -> pl.DataFrame:
    """The people of a company with 12 % doubles and 5 % traps, as identity reads them from the warehouse."""
    generate(home, customers, AS_OF, seed=3, parameters=replace(DEFAULT, double_share=0.12, trap_share=0.05))
    for file in (home / "landing").rglob("*.*"):
        if not any(word in file.name for word in PEOPLE_FILES):
            file.unlink()
    intake(home, load_source_tables(PROJECT_DIR), NIGHT)
    build_file = home / "warehouse.duckdb"
    os.environ |= {"RAPPORT_HOME": str(home), "RAPPORT_BUILD_FILE": str(build_file)}
    parsed = manifest_path(PROJECT_DIR).with_name(PARSED)
    built = invoke(
        PROJECT_DIR,
        home / "dbt",
        ["build", "--resource-type", "model", "--select", "+tag:before_identity"],
        parsed,
    )
    assert built.success, built.exception
    with duckdb.connect() as connection:
        connection.execute(f"attach '{build_file}' as warehouse (read_only)")
        return connection.execute(PEOPLE_OF_WAREHOUSE).pl()


def night(area: Path, people: pl.DataFrame, number: int) -> tuple[dict[str, str], Resolved, float]:
    """One night on these people: customer by contact, what was done, and the seconds of computing it took.

    Seconds of the processor, not of the clock: what else the machine does at that moment is no part of the night.
    """
    import splink  # noqa: F401  (every night has imported it by then, or has no use for it)

    with work_place() as connection:
        connection.register("arriving", people.to_arrow())
        connection.execute("create temp table people as select * from arriving")
        started = time.process_time()
        done = resolve(connection, area, Rules.read(PROJECT_DIR), [], NIGHT + timedelta(days=number), f"bench{number}")
        seconds = time.process_time() - started
        rows = connection.execute("select contact_id, customer_id from customers_of_contacts").fetchall()
    return dict(rows), done, seconds


def measure(home: Path, customers: dict[str, str]) -> Measured:
    """What was resolved, against the truth of the twin. Records that the shop keeps under one address count once."""
    truth = pl.read_parquet(home / "truth" / "identities.parquet").with_columns(
        contact_id=pl.col("source")
        + ":"
        + pl.when(pl.col("source") == "shopify").then(pl.col("email_md5")).otherwise(pl.col("record_id"))
    )
    found = pl.DataFrame({"contact_id": customers.keys(), "customer_id": customers.values()})
    both = found.join(truth.unique("contact_id"), on="contact_id")
    right, claimed, true = (_pairs(both, by) for by in (["person_id", "customer_id"], ["customer_id"], ["person_id"]))
    people = both.filter(pl.col("kind") == "")["person_id"].n_unique()
    doubles = both.filter(pl.col("kind").is_in(["typo", "other_name", "moved", "second_email", "swapped"]))
    wrong = both.filter(pl.col("person_id").n_unique().over("customer_id") > 1)
    missed = both.filter(pl.col("customer_id").n_unique().over("person_id") > 1)
    return Measured(
        right / claimed if claimed else 1.0,
        right / true,
        len(doubles) / people,
        dict(wrong["kind"].value_counts().sort("kind").iter_rows()),
        dict(missed["kind"].value_counts().sort("kind").iter_rows()),
    )


def _pairs(rows: pl.DataFrame, by: list[str]) -> int:
    sizes = rows.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def clusters(customers: dict[str, str]) -> set[frozenset[str]]:
    """Who is together, whatever the ids are."""
    found: dict[str, set[str]] = {}
    for contact, customer in customers.items():
        found.setdefault(customer, set()).add(contact)
    return set(map(frozenset, found.values()))


def main(customers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        people = make_people(home, customers)
        is_new = pl.col("contact_id").hash(seed=7) % 100 == 0
        _, _, _ = night(home / "yesterday", people.filter(~is_new), 0)
        at_once, full, full_seconds = night(home / "full", people, 0)
        said = measure(home, at_once)
        print(f"{len(people):,} records, {full.customers:,} customers, {said.double_share:.1%} doubles")
        print(f"precision {said.precision:.4f}  recall {said.recall:.4f}  in {full_seconds:.1f} s")
        print(f"records in wrong company, by kind: {said.wrong_by_kind}")
        print(f"records of people seen twice, by kind: {said.missed_by_kind}")
        later, added, later_seconds = night(home / "yesterday", people, 1)
        print(f"1 % new: {added.compared:,} pairs instead of {full.compared:,}, {later_seconds:.1f} s,")
        print(f"that is {later_seconds / full_seconds:.3f} of the full run")
        apart = clusters(later) ^ clusters(at_once)
        print(f"clusters that differ from a full run with weights learned today: {len(apart)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
