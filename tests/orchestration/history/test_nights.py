"""The memory of published nights: whatever nights run, in whatever order and however often, each day is told once."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from data_quality.durable import write_whole
from data_quality.release import Release, releases_folder
from orchestration import versions
from orchestration.history import nights
from orchestration.history.nights import area_of, days, remember_published
from orchestration.history.stretches import TABLE, write_stretches

FIRST = date(2026, 10, 1)
State = tuple[str, str, str]


class Company:
    """Publishes nights as dbt would make them, and knows what each day was last said to be."""

    def __init__(self, home: Path) -> None:
        self.home, self.count, self.truth = home, 0, {}
        releases_folder(home).mkdir(parents=True)

    def stretches(self, before: date) -> set[tuple]:
        with duckdb.connect() as warehouse:
            write_stretches(warehouse, self.home, before)
            return set(warehouse.execute(f"from {TABLE}").fetchall())

    def publish(self, day: date, states: set[State]) -> None:
        # As a night does before it reads.
        remember_published(self.home)
        past = self.stretches(before=day)
        rows = {(*row[:4], row[4] or (None if row[:3] in states else day)) for row in past}
        held = {row[:3] for row in rows if row[4] is None}
        rows |= {(*state, day, None) for state in states - held}
        self.count += 1
        release_id = f"r{self.count:04d}"
        file = releases_folder(self.home) / f"{release_id}.duckdb"
        with duckdb.connect(str(file)) as connection:
            connection.execute("create schema segments")
            columns = "customer_id varchar, state_name varchar, state_value varchar, valid_from date, valid_to date"
            connection.execute(f"create table segments.customer_states ({columns})")
            if rows:
                connection.executemany(
                    "insert into segments.customer_states values (?, ?, ?, ?, ?)", sorted(rows, key=str)
                )
        moment = f"2026-12-01T00:{self.count // 60:02d}:{self.count % 60:02d}"
        said = Release(release_id, file, None, day, datetime.fromisoformat(moment))
        write_whole(file.with_suffix(".json"), said.to_json())
        self.truth[day] = states

    def forget_releases(self) -> None:
        for path in releases_folder(self.home).iterdir():
            path.unlink()

    def expected(self) -> set[tuple]:
        """Stretches by going through the days one by one."""
        found, since = set(), {}
        for day, states in sorted(self.truth.items()):
            for state in set(since) - states:
                found.add((*state, since.pop(state), day))
            since |= {state: day for state in states if state not in since}
        return found | {(*state, day, None) for state, day in since.items()}


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


ANN_AT_RISK, ANN_CALM = ("ann", "churn_band", "High"), ("ann", "churn_band", "Low")
BEN_CHAMPION = ("ben", "segment", "champions")
EVER = date(2030, 1, 1)


def test_nights_become_stretches(company: Company) -> None:
    for number, states in enumerate([{ANN_AT_RISK, BEN_CHAMPION}, {ANN_AT_RISK}, {ANN_CALM}, {ANN_CALM, BEN_CHAMPION}]):
        company.publish(FIRST + timedelta(number), states)
        remember_published(company.home)
    assert company.stretches(EVER) == {
        (*ANN_AT_RISK, FIRST, date(2026, 10, 3)),
        (*ANN_CALM, date(2026, 10, 3), None),
        (*BEN_CHAMPION, FIRST, date(2026, 10, 2)),
        (*BEN_CHAMPION, date(2026, 10, 4), None),
    }
    assert company.stretches(date(2026, 10, 2)) == {(*ANN_AT_RISK, FIRST, None), (*BEN_CHAMPION, FIRST, None)}


def test_remembering_twice_and_reading_again_change_nothing(company: Company) -> None:
    company.publish(FIRST, {BEN_CHAMPION})
    assert remember_published(company.home) == [FIRST]
    before = {path: path.read_bytes() for path in area_of(company.home).rglob("*.parquet")}
    assert remember_published(company.home) == []
    assert {path: path.read_bytes() for path in area_of(company.home).rglob("*.parquet")} == before
    assert {path.stat().st_mode & 0o777 for path in before} == {0o600}


def test_a_night_that_was_published_and_not_remembered_is_made_up_for(company: Company) -> None:
    company.publish(FIRST, {BEN_CHAMPION})
    assert days(company.home) == {}, "killed before it could be remembered"
    company.publish(FIRST + timedelta(1), {ANN_CALM})
    assert list(days(company.home)) == [FIRST]
    assert remember_published(company.home) == [FIRST + timedelta(1)]
    assert company.stretches(EVER) == company.expected()


def test_what_is_remembered_outlives_the_releases(company: Company) -> None:
    company.publish(FIRST, {BEN_CHAMPION})
    remember_published(company.home)
    company.forget_releases()
    company.publish(FIRST + timedelta(40), {BEN_CHAMPION})
    remember_published(company.home)
    assert company.stretches(EVER) == {(*BEN_CHAMPION, FIRST, None)}


def test_a_release_without_states_is_left_alone(company: Company, sample_release) -> None:
    def without(con: duckdb.DuckDBPyConnection) -> None:
        con.execute("drop table if exists segments.customer_states")

    sample_release(company.home, "old-1", change=without)
    assert remember_published(company.home) == []
    assert days(company.home) == {}


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_nights_and_repetitions_gives_what_each_day_last_said(company: Company, seed: int) -> None:
    chance = random.Random(seed)
    states = [(who, "segment", name) for who in "ab" for name in "xy"]
    for _ in range(14):
        company.publish(FIRST + timedelta(chance.randrange(6)), set(chance.sample(states, chance.randrange(5))))
        if chance.random() < 0.8:
            remember_published(company.home)
    remember_published(company.home)
    assert company.stretches(EVER) == company.expected()


@pytest.mark.parametrize("at", ["first folder", "second folder"])
def test_a_kill_while_a_past_day_is_replaced_loses_no_other_day(company: Company, monkeypatch, at: str) -> None:
    company.publish(FIRST, {BEN_CHAMPION})
    company.publish(FIRST + timedelta(2), {BEN_CHAMPION, ANN_CALM})
    remember_published(company.home)
    company.publish(FIRST, {ANN_CALM})
    written = []

    def killed(area: Path, name: str, write) -> Path:
        if len(written) == (0 if at == "first folder" else 1):
            raise KeyboardInterrupt
        written.append(name)
        return add(area, name, write)

    add = versions.add
    monkeypatch.setattr(nights.versions, "add", killed)
    with pytest.raises(KeyboardInterrupt):
        remember_published(company.home)
    assert {row[:3] for row in company.stretches(EVER) if row[4] is None} == {BEN_CHAMPION, ANN_CALM}
    monkeypatch.setattr(nights.versions, "add", add)
    remember_published(company.home)
    assert company.stretches(EVER) == company.expected()
