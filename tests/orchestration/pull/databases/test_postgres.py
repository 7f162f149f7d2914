"""A table of a real PostgreSQL server: every value arrives as it is, and only what has changed comes again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pytest
import yaml

from data_quality.contracts import ContractError, SourceTable, load_source_tables
from orchestration.intake.intake import intake
from orchestration.pull.arrivals import Arrivals
from orchestration.pull.context import Pulled
from orchestration.pull.progress import read_progress
from orchestration.pull.runner import pull_source
from orchestration.settings import DSN, SettingsError, read_settings

NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)
TYPES = {
    "id": "bigint",
    "name": "varchar",
    "amount": "decimal(18,4)",
    "score": "double",
    "is_active": "boolean",
    "born": "date",
    "signed_at": "timestamp",
    "updated_at": "timestamp",
    "settings": "json",
    "account_number": "varchar",
}
TABLE = """
    create schema crm;
    create table crm.members (
        id bigint primary key, name text, amount numeric, score float8, is_active boolean, born date,
        signed_at timestamptz, updated_at timestamptz, settings json, account_number text
    )"""
INGEST = {
    "pattern": "members*.ndjson",
    "format": "ndjson",
    "load": "merge",
    "key": ["id"],
    "updated_at": "updated_at",
    # An empty text is not the same as no text.
    "null_values": [],
    "pull": {"kind": "postgres", "table": "crm.members"},
}


@pytest.fixture
def database(server: str) -> Iterator[psycopg.Connection]:
    """An empty crm.members, of which the owner's connection is given."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop schema if exists crm cascade")
        connection.execute(TABLE)
        yield connection


def contract(project: Path, **changes: Any) -> list[SourceTable]:
    columns = [{"name": name, "data_type": kind, "description": f"The {name}."} for name, kind in TYPES.items()]
    table = {"name": "members", "config": {"meta": {"ingest": INGEST | changes}}, "columns": columns}
    folder = project / "models" / "staging" / "club"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_club__sources.yml").write_text(yaml.safe_dump({"sources": [{"name": "club", "tables": [table]}]}))
    return load_source_tables(project)


@pytest.fixture
def pull(server: str, tmp_path: Path) -> Callable[..., Pulled]:
    """`pull()`; changes of the contract by name."""

    def run(dsn: str = server, since: datetime | None = None, **changes: Any) -> Pulled:
        return pull_source("club", {DSN: dsn}, contract(tmp_path, **changes), tmp_path, NOW, since)

    return run


def insert(database: psycopg.Connection, *rows: dict[str, Any]) -> None:
    for row in rows:
        names = ", ".join(row)
        marks = ", ".join(f"%({name})s" for name in row)
        database.execute(f"insert into crm.members ({names}) values ({marks})", row)


def loaded(home: Path) -> pl.DataFrame:
    loads = intake(home, contract(home), NOW)
    assert {(load.status, load.rows_quarantined) for load in loads} == {("loaded", 0)}
    return pl.read_parquet(home / "raw/club/members/*/*.parquet", missing_columns="insert").sort("id")


def test_every_value_arrives_as_it_is(pull, database, tmp_path) -> None:
    database.execute(
        """insert into crm.members values
            (9007199254740993, e'Größe 客户 👋 "x"\\n\\\\ y', 12345678901234.5678, 0.1, true, '1999-12-31',
             '2026-03-29 02:30:00+01', now(), e'{"a":\\n 1.10}', '00042'),
            (2, '', -0.0001, 1e300, false, null, '1970-01-01 00:00:00+00', null, null, null),
            (3, null, null, null, null, null, null, null, null, '')"""
    )
    assert pull().failures == []
    rows = loaded(tmp_path).drop("updated_at")
    assert rows.select(list(TYPES)[:2]).rows() == [(2, ""), (3, None), (9007199254740993, 'Größe 客户 👋 "x"\n\\ y')]
    assert rows["amount"].to_list() == [Decimal("-0.0001"), None, Decimal("12345678901234.5678")]
    assert rows["score"].to_list() == [1e300, None, 0.1]
    assert rows["is_active"].to_list() == [False, None, True]
    assert rows["born"].to_list() == [None, None, date(1999, 12, 31)]
    assert rows["signed_at"].to_list() == [datetime(1970, 1, 1), None, datetime(2026, 3, 29, 1, 30)]
    assert [text and json.loads(text) for text in rows["settings"]] == [None, None, {"a": 1.1}]
    assert "1.10" in rows["settings"][2]
    assert rows["account_number"].to_list() == [None, "", "00042"]


def test_a_number_that_the_contract_cannot_hold_is_set_aside_with_its_digits(pull, database, tmp_path) -> None:
    digits = "0.123456789012345678901234567890"
    insert(database, {"id": 1, "amount": Decimal(digits)}, {"id": 2, "amount": Decimal("NaN")})
    pull()
    (load,) = intake(tmp_path, contract(tmp_path), NOW)
    assert (load.rows_loaded, load.rows_quarantined) == (0, 2)
    (kept,) = (tmp_path / "quarantine").rglob("rows.ndjson")
    assert digits in kept.read_text()


def test_the_next_night_reads_what_has_changed_and_what_does_not_say(pull, database, landed, tmp_path) -> None:
    (server_now,) = database.execute("select now()").fetchone()
    day = timedelta(days=1)
    insert(
        database,
        {"id": 1, "updated_at": server_now - 9 * day},
        {"id": 2, "updated_at": server_now - timedelta(minutes=30)},
        {"id": 3, "updated_at": None},
    )
    assert pull().rows == {"members": 3}
    assert read_progress(tmp_path, "club").cursors["members"] >= server_now
    database.execute("update crm.members set updated_at = now(), name = 'new' where id = 1")
    insert(database, {"id": 4, "updated_at": server_now - 8 * day})
    pull()
    # 2 lies within the hour that is looked back over; 4 was written long ago, as far as it says.
    assert sorted(row["id"] for row in landed("club/members")[3:]) == [1, 2, 3]
    pull(since=server_now - 30 * day)
    assert 4 in {row["id"] for row in landed("club/members")}


def test_a_snapshot_is_read_whole_every_night(pull, database) -> None:
    insert(database, {"id": 1, "updated_at": "2020-01-01"}, {"id": 2, "updated_at": "2020-01-01"})
    assert [pull(load="snapshot").rows["members"] for _ in range(2)] == [2, 2]


def test_a_query_chooses_and_names_the_columns(pull, database, landed) -> None:
    insert(database, {"id": 1, "name": "Iva", "updated_at": "2026-01-01"}, {"id": 2, "name": "Ode"})
    query = "select id, upper(name) as name, updated_at from crm.members where name like 'I%'"
    assert pull(pull={"kind": "postgres", "query": query}).failures == []
    assert [(row["id"], row["name"]) for row in landed("club/members")] == [(1, "IVA")]


def test_times_without_a_zone_are_read_in_the_zone_of_the_contract(pull, database, landed) -> None:
    database.execute("alter table crm.members alter updated_at type timestamp")
    (local,) = database.execute("select now() at time zone 'Europe/Berlin'").fetchone()
    insert(
        database,
        {"id": 1, "updated_at": local - timedelta(minutes=30)},
        {"id": 2, "updated_at": local - timedelta(hours=2)},
    )
    pull(timezone="Europe/Berlin")
    pull(timezone="Europe/Berlin")
    assert [row["id"] for row in landed("club/members")[2:]] == [1]


def test_many_rows_come_in_batches_of_one_moment(pull, database, landed, monkeypatch) -> None:
    monkeypatch.setattr("orchestration.pull.postgres.BATCH_ROWS", 100)
    database.execute("insert into crm.members (id) select generate_series(1, 1050)")
    assert pull().rows == {"members": 1050}
    assert [row["id"] for row in landed("club/members")] == list(range(1, 1051))


def test_a_query_that_fails_in_the_middle_lands_nothing(pull, database, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("orchestration.pull.postgres.BATCH_ROWS", 10)
    database.execute("insert into crm.members (id) select generate_series(1, 100)")
    broken = "select id, case when id = 55 then 1 / (id - 55) else 1 end as score from crm.members"
    assert pull(pull={"kind": "postgres", "query": broken}).failures == ["members: division by zero"]
    assert list((tmp_path / "landing" / "club").iterdir()) == []
    assert read_progress(tmp_path, "club").cursors == {}


def test_a_connection_that_is_cut_in_the_middle_lands_nothing(pull, database, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("orchestration.pull.postgres.BATCH_ROWS", 10)
    database.execute("insert into crm.members (id) select generate_series(1, 100)")
    write = Arrivals.write

    def cut_after_the_first_batch(*said: Any) -> None:
        write(*said)
        database.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rapport'")

    monkeypatch.setattr(Arrivals, "write", cut_after_the_first_batch)
    assert pull().failures == ["members: terminating connection due to administrator command"]
    assert list((tmp_path / "landing" / "club").iterdir()) == []
    assert read_progress(tmp_path, "club").cursors == {}


def test_a_wrong_password_and_an_unreadable_address_are_told_without_it(pull, server, password, tmp_path) -> None:
    told = pull(dsn=server.replace(password, "battery staple")).failures
    assert len(told) == 1
    assert "password authentication failed" in told[0]
    told += pull(dsn=f"'{password}").failures
    assert told[1] == "the connection string cannot be read"
    everything = str(told) + read_progress(tmp_path, "club").path.read_text()
    assert not any(secret in everything for secret in ("battery staple", password))


def test_nothing_can_be_written_through_a_pull(pull, database) -> None:
    writing = "with gone as (delete from crm.members returning id) select id from gone"
    insert(database, {"id": 1})
    assert len(pull(pull={"kind": "postgres", "query": writing}).failures) == 1
    assert database.execute("select count(*) from crm.members").fetchone() == (1,)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pull": {"kind": "oracle", "table": "members"}}, "ingest.pull.kind 'oracle' is not one of postgres"),
        ({"pull": {"kind": "postgres"}}, "needs either a table or a query"),
        ({"pull": {"kind": "postgres", "table": "members; drop table members"}}, "is not a name such as"),
        ({"pull": {"kind": "postgres", "query": "delete from members"}}, "is not a select"),
        ({"pull": {"kind": "postgres", "query": "select 1; select 2"}}, "without a semicolon"),
        ({"pull": {"kind": "postgres", "table": "members", "password": "x"}}, r"is \{kind: postgres, table: …\}"),
        ({"load": "append"}, "needs load: merge or snapshot"),
        ({"format": "csv"}, "lands as ndjson, not as csv"),
        ({"pattern": "people*.ndjson"}, "does not take members….ndjson"),
    ],
)
def test_a_contract_that_cannot_be_pulled_by_says_why(changes, words, tmp_path) -> None:
    with pytest.raises(ContractError, match=words):
        contract(tmp_path, **changes)


def test_a_database_is_set_up_by_the_name_of_its_source() -> None:
    settings = read_settings({"RAPPORT_DSN_CLUB": "host=db.example"})
    assert settings.credentials == {"club": {DSN: "host=db.example"}}
    with pytest.raises(SettingsError, match="zendesk is fetched from its own API"):
        read_settings({"RAPPORT_DSN_ZENDESK": "host=db.example"})
