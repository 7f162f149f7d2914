"""People in plain rows, resolved as a night does it, and questions to what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.identity.overrides import Override
from orchestration.identity.records import PEOPLE
from orchestration.identity.resolve import Resolved, resolve, work_place
from orchestration.identity.rules import Rules

FIRST_NIGHT = datetime(2026, 11, 1, 2)
SCHEMA = {name: pl.Datetime("us") if name.endswith("_at") else pl.String() for name in PEOPLE}


def people_frame(rows: Iterable[dict]) -> pl.DataFrame:
    """Rows that name only what matters; a misspelt column is an error rather than a null."""
    rows = [{"source_name": row["contact_id"].split(":")[0]} | row for row in rows]
    assert not {name for row in rows for name in row} - set(PEOPLE)
    return pl.DataFrame(rows, schema=SCHEMA)


class Company:
    """A home's `identity/` over several nights."""

    def __init__(self, home: Path, rules: Rules) -> None:
        self.home, self.rules, self.nights = home, rules, 0
        self.connection: duckdb.DuckDBPyConnection = work_place()
        self.last: Resolved | None = None

    @property
    def area(self) -> Path:
        return self.home / "identity"

    def night(self, people: Iterable[dict] | pl.DataFrame, overrides: Iterable[Override] = ()) -> Company:
        """Resolve these people, as all that is known on the next night."""
        frame = people if isinstance(people, pl.DataFrame) else people_frame(people)
        self.connection.close()
        self.connection = work_place()
        self.connection.register("arriving", frame.to_arrow())
        self.connection.execute("create temp table people as select * from arriving")
        now = FIRST_NIGHT + timedelta(days=self.nights)
        self.last = resolve(self.connection, self.area, self.rules, list(overrides), now, f"run{self.nights:05d}")
        self.nights += 1
        return self

    def customers(self) -> dict[str, str]:
        """customer_id by contact_id."""
        rows = self.connection.execute("select contact_id, customer_id from customers_of_contacts").fetchall()
        return dict(rows)

    def together(self) -> set[frozenset[str]]:
        """The contacts of every customer that has several."""
        found: dict[str, set[str]] = {}
        for contact, customer in self.customers().items():
            found.setdefault(customer, set()).add(contact)
        return {frozenset(contacts) for contacts in found.values() if len(contacts) > 1}

    def why(self, contact_id: str) -> tuple:
        """(rule, linked_to) of a contact."""
        return self.connection.execute(
            "select rule, linked_to from customers_of_contacts where contact_id = ?", [contact_id]
        ).fetchone()


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path, Rules())


@pytest.fixture
def make_company(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Company]:
    def make(**rules: object) -> Company:
        return Company(tmp_path_factory.mktemp("company"), Rules(**rules))

    return make


@pytest.fixture
def people_schema() -> dict[str, pl.DataType]:
    return SCHEMA
