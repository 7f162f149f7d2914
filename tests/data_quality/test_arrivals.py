"""How exports arrive: a volume far from its history, a stale source, a cut snapshot, the same rows again.

Every check stops or tells of a poisoned example and lets a sound one pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from data_quality.arrivals import arrivals_of
from data_quality.contracts import Column, ContractError, Freshness, Ingest, SourceTable, load_source_tables
from data_quality.gate import check_exports
from data_quality.loads import PULLED
from data_quality.results import GateResult
from data_quality.staleness import staleness_results
from data_quality.volume import volume_result

START = datetime(2026, 10, 1, 2)


def table_of(name: str = "orders", freshness: Freshness | None = None, **ingest: object) -> SourceTable:
    columns = tuple(Column(column, "varchar", "", column) for column in ("id", "what"))
    said = {"pattern": "*", "format": "csv", "load": "append"} | ingest
    return SourceTable("shop", name, "", columns, Ingest(**said), Path("x.yml"), freshness)


def land(home: Path, table: SourceTable, night: float, rows: Iterable[tuple[str, str]] | int, how: str = "-") -> str:
    """A load of a night, with these rows or only so many; returns its id."""
    count = rows if isinstance(rows, int) else len(list(rows))
    load_id = f"{table.name}{how}{night}-{count}"
    folder = home / "raw" / "shop" / table.name / f"load_id={load_id}"
    folder.mkdir(parents=True)
    loaded_at = START + timedelta(days=night)
    load = {
        "load_id": load_id,
        "status": "loaded",
        "file": f"{load_id}.csv",
        "loaded_at": loaded_at.isoformat(),
        "rows_read": count,
        "rows_loaded": count,
        "rows_quarantined": 0,
    }
    (folder / "load.json").write_text(json.dumps(load))
    if not isinstance(rows, int):
        provenance = {"_source_file": load["file"], "_load_id": load_id, "_loaded_at": loaded_at}
        frame = [{"id": row[0], "what": row[1], "_source_row": n} | provenance for n, row in enumerate(rows)]
        pl.DataFrame(frame).write_parquet(folder / "part-0.parquet")
    return load_id


def judged(home: Path, table: SourceTable, check: str, now: datetime | None = None) -> GateResult | None:
    """What the gate of exports says of this check."""
    results = check_exports(home, [table], now or START + timedelta(days=60))
    return next((result for result in results if result.check_name == check), None)


def volume(home: Path, nights: list[int], released: int | None = None, **ingest: object) -> GateResult:
    """The verdict on the last of these nights; the first `released` ones are what readers see."""
    table = table_of(**ingest)
    ids = [land(home, table, night, rows) for night, rows in enumerate(nights)]
    return volume_result(arrivals_of(home, table, None if released is None else frozenset(ids[:released])))


STEADY = [1000, 1040, 980, 1010, 1005, 990, 1020, 1000]


@pytest.mark.parametrize("rows", [300, 0, 3300, 100_000])
def test_a_night_far_from_its_history_stops_in_both_directions(tmp_path: Path, rows: int) -> None:
    result = volume(tmp_path, [*STEADY, rows])
    assert result.stops
    assert result.observed == f"{rows:,} rows"
    assert "as in 8 nights before" in result.expected


@pytest.mark.parametrize("rows", [350, 1000, 2900])
def test_a_night_like_its_history_passes(tmp_path: Path, rows: int) -> None:
    assert volume(tmp_path, [*STEADY, rows]).is_passed


def test_an_odd_night_in_the_past_neither_hides_nor_makes_another(tmp_path: Path) -> None:
    assert volume(tmp_path / "a", [100_000, *STEADY, 200]).stops
    assert volume(tmp_path / "b", [100_000, *STEADY, 1000]).is_passed
    assert volume(tmp_path / "c", [*STEADY, 3, 1000, 3]).stops


def test_weekends_that_are_always_small_are_usual(tmp_path: Path) -> None:
    week = [1000, 1000, 1000, 1000, 1000, 20, 25]
    assert volume(tmp_path, [*week, *week[:5], 22]).is_passed


def test_before_a_week_has_been_seen_a_volume_only_warns(tmp_path: Path) -> None:
    result = volume(tmp_path, [1000] * 5 + [20])
    assert (result.is_passed, result.severity) == (False, "warn")


def test_small_tables_and_short_histories_are_not_judged(tmp_path: Path) -> None:
    assert volume(tmp_path / "small", [10] * 9 + [90]).is_passed
    assert volume(tmp_path / "short", [1000] * 4 + [1]).is_passed


def test_a_table_whose_nights_differ_by_nature_is_given_room_by_its_contract(tmp_path: Path) -> None:
    assert volume(tmp_path, [*STEADY, 9000], volume_factor=10).is_passed
    assert volume(tmp_path / "far", [*STEADY, 11_000], volume_factor=10).stops


def test_a_pull_of_many_changes_warns_and_an_export_beside_it_stops(tmp_path: Path) -> None:
    table = table_of()
    for night, rows in enumerate(STEADY):
        land(tmp_path, table, night, rows, PULLED)
    land(tmp_path, table, 8, 100_000, PULLED)
    result = volume_result(arrivals_of(tmp_path, table, None))
    assert (result.is_passed, result.severity) == (False, "warn")
    land(tmp_path, table, 8 + 1 / 10**9, 9)
    assert volume_result(arrivals_of(tmp_path, table, None)).stops


def test_a_second_cut_night_is_not_excused_by_the_first_one_that_was_stopped(tmp_path: Path) -> None:
    assert volume(tmp_path, [*STEADY, 200, 200, 200], released=8).stops


def test_a_night_that_readers_see_already_is_not_judged_again(tmp_path: Path) -> None:
    assert volume(tmp_path, [*STEADY, 200], released=9).is_passed


def test_files_of_one_night_count_together(tmp_path: Path) -> None:
    table = table_of()
    for night, rows in enumerate(STEADY):
        land(tmp_path, table, night, rows)
    for part in range(4):
        land(tmp_path, table, 8 + part / 10**9, 250 + part)
    assert volume_result(arrivals_of(tmp_path, table, None)).is_passed


LIMITS = Freshness(timedelta(hours=36), timedelta(days=7))


@pytest.mark.parametrize(
    ("hours", "is_passed", "severity"),
    [(36, True, "warn"), (37, False, "warn"), (168, False, "warn"), (169, False, "error")],
)
def test_a_source_that_brings_nothing_new_warns_and_then_stops(tmp_path: Path, hours: int, is_passed, severity) -> None:
    result = staleness(tmp_path, [-2, -1, 0], timedelta(hours=hours))
    assert (result.is_passed, result.severity) == (is_passed, severity)


def staleness(home: Path, nights: list[float], age: timedelta) -> GateResult:
    """The verdict some time after the first night for a source that brought something in these nights."""
    table = table_of(freshness=LIMITS)
    for night in nights:
        land(home, table, night, 10)
    (result,) = staleness_results([arrivals_of(home, table, None)], START + age)
    return result


def test_a_stale_source_says_for_how_long_and_what_to_do_when_it_is_retired(tmp_path: Path) -> None:
    result = staleness(tmp_path, [-2, -1, 0], timedelta(days=9))
    assert result.observed == "nothing new from shop for 9 days"
    assert result.expected == "something new every 7 days; RAPPORT_RETIRED_SOURCES=shop if nothing more will come"


@pytest.mark.parametrize(("days", "is_passed"), [(44, True), (46, False)])
def test_who_exports_once_a_month_is_late_after_one_and_a_half(tmp_path: Path, days: int, is_passed: bool) -> None:
    result = staleness(tmp_path, [-90, -60, -30, 0], timedelta(days=days))
    assert (result.is_passed, result.severity) == (is_passed, "warn" if is_passed else "error")


def test_a_source_that_came_twice_has_no_rhythm_and_only_warns(tmp_path: Path) -> None:
    result = staleness(tmp_path, [-1, 0], timedelta(days=300))
    assert (result.is_passed, result.severity) == (False, "warn")


def test_of_a_retired_source_nothing_is_awaited(tmp_path: Path) -> None:
    table = table_of(freshness=LIMITS)
    land(tmp_path, table, 0, 10)
    arrivals = [arrivals_of(tmp_path, table, None)]
    assert list(staleness_results(arrivals, START + timedelta(days=300), retired={"shop"})) == []


def test_every_shipped_system_that_is_exported_every_night_stops_when_it_falls_silent() -> None:
    limited = [table for table in load_source_tables(Path(__file__).parents[2] / "dbt_project") if table.freshness]
    assert {table.source for table in limited} >= {"hubspot", "zendesk", "shopify", "mailchimp", "salesforce"}
    assert [table.name for table in limited if table.freshness.error_after is None] == []


def test_a_list_that_stays_the_same_is_not_stale_while_its_source_is_alive(tmp_path: Path) -> None:
    orders, campaigns = table_of(freshness=LIMITS), table_of("campaigns", freshness=LIMITS)
    land(tmp_path, campaigns, 0, 10)
    land(tmp_path, orders, 20, 10)
    both = [arrivals_of(tmp_path, table, None) for table in (orders, campaigns)]
    (result,) = staleness_results(both, START + timedelta(days=20, hours=1))
    assert (result.table_name, result.is_passed) == ("shop.orders", True)


def test_a_source_without_a_limit_or_that_never_came_is_not_judged(tmp_path: Path) -> None:
    historical, never = table_of(), table_of("never", freshness=LIMITS)
    land(tmp_path, historical, 0, 10)
    both = [arrivals_of(tmp_path, table, None) for table in (historical, never)]
    assert list(staleness_results(both, datetime(2030, 1, 1))) == []


SNAPSHOT = {"load": "snapshot", "key": ("id",)}
FULL = [(str(n), "x") for n in range(100)]


def snapshots(home: Path, *loads: list[tuple[str, str]], **ingest: object) -> GateResult | None:
    table = table_of(**SNAPSHOT | ingest)
    for night, rows in enumerate(loads):
        land(home, table, night, rows)
    return judged(home, table, "snapshot_keeps_records")


def test_a_snapshot_that_loses_many_records_stops(tmp_path: Path) -> None:
    result = snapshots(tmp_path, FULL, FULL[:79])
    assert (result.stops, result.failing_rows) == (True, 21)
    assert result.observed == "21% of the 100 records of orders-0-100.csv are gone from orders-1-79.csv"


def test_a_snapshot_may_lose_a_few_or_as_many_as_its_contract_says(tmp_path: Path) -> None:
    assert snapshots(tmp_path / "few", FULL, FULL[20:]).is_passed
    assert snapshots(tmp_path / "said", FULL, FULL[:10], may_lose=0.9).is_passed
    assert snapshots(tmp_path / "none", FULL, FULL[1:], may_lose=0).stops


def test_new_records_do_not_make_up_for_lost_ones(tmp_path: Path) -> None:
    assert snapshots(tmp_path, FULL, FULL[:70] + [(f"new{n}", "x") for n in range(50)]).stops


def test_a_snapshot_without_a_key_is_judged_by_its_rows(tmp_path: Path) -> None:
    assert snapshots(tmp_path / "cut", FULL, FULL[:70], key=()).stops
    assert snapshots(tmp_path / "whole", FULL, [(i, "changed") for i, _ in FULL], key=()).is_passed


def test_a_handful_of_records_and_a_first_snapshot_are_not_judged(tmp_path: Path) -> None:
    assert snapshots(tmp_path / "few", FULL[:19], FULL[:5]).is_passed
    assert snapshots(tmp_path / "first", FULL).is_passed


def released(home: Path, sample_release, load_ids: list[str]) -> None:
    loads = [
        {"load_id": one, "source": "shop", "table": "orders", "file": one, "rows_read": 1, "rows_loaded": 1}
        | {"rows_quarantined": 0, "status": "loaded", "reason": None, "loaded_at": "2026-10-01T02:00:00"}
        for one in load_ids
    ]
    sample_release(home, loads=loads)


def test_a_second_cut_snapshot_is_measured_by_what_readers_see(tmp_path: Path, sample_release) -> None:
    table = table_of(**SNAPSHOT)
    released(tmp_path, sample_release, [land(tmp_path, table, 0, FULL)])
    land(tmp_path, table, 1, FULL[:50])
    land(tmp_path, table, 2, FULL[:49])
    assert judged(tmp_path, table, "snapshot_keeps_records").stops
    land(tmp_path, table, 3, FULL[:98])
    assert judged(tmp_path, table, "snapshot_keeps_records").is_passed


def test_the_same_rows_in_another_file_stop_where_every_row_counts(tmp_path: Path) -> None:
    table = table_of()
    land(tmp_path, table, 0, FULL)
    land(tmp_path, table, 1, [*FULL[50:], ("new", "x")])
    result = judged(tmp_path, table, "rows_are_new")
    assert (result.stops, result.failing_rows) == (True, 50)
    assert result.observed == (
        "33% of the 151 new rows stand in an earlier file; "
        "new are orders-0-100.csv (load_id=orders-0-100), orders-1-51.csv (load_id=orders-1-51)"
    )


def test_rows_that_readers_see_already_are_not_held_against_a_new_file(tmp_path: Path, sample_release) -> None:
    table = table_of()
    seen = [land(tmp_path, table, 0, FULL), land(tmp_path, table, 1, FULL[:50])]
    released(tmp_path, sample_release, seen)
    land(tmp_path, table, 2, [(f"new{n}", "x") for n in range(100)])
    assert judged(tmp_path, table, "rows_are_new").observed.startswith("0% of the 100 new rows ")


def test_rows_repeat_freely_within_a_file_by_key_and_where_the_contract_settles_it(tmp_path: Path) -> None:
    twice, merged, settled = (
        table_of("twice"),
        table_of("merged", load="merge", key=("id",)),
        table_of("s", may_repeat=1),
    )
    land(tmp_path, twice, 0, FULL + FULL)
    assert judged(tmp_path, twice, "rows_are_new").is_passed
    for table in (merged, settled):
        land(tmp_path, table, 0, FULL)
        land(tmp_path, table, 1, FULL[1:])
        assert judged(tmp_path, table, "rows_are_new") is None


def test_a_few_repeated_rows_of_a_tiny_file_warn(tmp_path: Path) -> None:
    table = table_of()
    land(tmp_path, table, 0, FULL[:8])
    land(tmp_path, table, 1, FULL[:7])
    result = judged(tmp_path, table, "rows_are_new")
    assert (result.is_passed, result.severity) == (False, "warn")


def test_freshness_is_read_from_dbts_own_words(tmp_path: Path) -> None:
    folder = tmp_path / "models/staging/shop"
    folder.mkdir(parents=True)

    def declared(source: dict, table: dict) -> Freshness | None:
        columns = [{"name": "id", "data_type": "varchar", "description": "…"}]
        ingest = {"pattern": "*", "format": "csv", "load": "append"}
        said = {"name": "orders", "columns": columns} | table
        said["config"] = {"meta": {"ingest": ingest}} | table.get("config", {})
        document = {"sources": [{"name": "shop", "tables": [said]} | source]}
        (folder / "_shop__sources.yml").write_text(json.dumps(document))
        return load_source_tables(tmp_path)[0].freshness

    limits = {"warn_after": {"count": 36, "period": "hour"}, "error_after": {"count": 7, "period": "day"}}
    assert declared({"config": {"freshness": limits}}, {}) == LIMITS
    assert declared({"config": {"freshness": limits}}, {"freshness": None}) is None
    assert declared({}, {}) is None
    with pytest.raises(ContractError, match=r"shop.orders: freshness is \{warn_after"):
        declared({"freshness": {"warn_after": {"count": 36}}}, {})
