from __future__ import annotations

import csv
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from data_quality.durable import Busy, only_writer
from data_quality.release import connect, current_release, rollback
from orchestration.delivery import outbox
from orchestration.delivery.ledger import Counts
from orchestration.delivery.outbox.write import DeliveryError

REPOSITORY = Path(__file__).resolve().parents[3]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def changes(home: Path, segment: str, release_id: str) -> dict[str, str]:
    return {row["customer_id"]: row["change"] for row in rows(home / "outbox" / segment / release_id / "changes.csv")}


def ids(release, segment: str) -> set[str]:
    with connect(release) as con:
        found = con.execute("SELECT customer_id FROM segments.customer_segments WHERE segment_name = ?", [segment])
        return {customer for (customer,) in found.fetchall()}


def leave(customer: str, segment: str) -> str:
    return f"DELETE FROM segments.customer_segments WHERE segment_name = '{segment}' AND customer_id = '{customer}'"


def test_every_segment_arrives_with_its_members_reasons_and_addresses(home):
    release = current_release(home)
    counts = outbox.write(release, home)
    with connect(release) as con:
        names = {name for (name,) in con.execute("SELECT segment_name FROM release.segment_definitions").fetchall()}
    assert set(counts) == names
    for name in names:
        members = rows(home / "outbox" / name / "r1" / "members.csv")
        assert {row["customer_id"] for row in members} == ids(release, name)
        assert counts[name] == Counts(len(members), 0, 0)
        assert all(row["reason"] and row["email"].endswith(".example") and row["full_name"] for row in members)
        assert set(changes(home, name, "r1").values()) <= {"added"}
    assert counts["win_back"].added > 1


def test_parquet_carries_the_same_members_untouched(home):
    outbox.write(current_release(home), home)
    folder = home / "outbox" / "win_back" / "r1"
    frame = pl.read_parquet(folder / "members.parquet")
    members = rows(folder / "members.csv")
    assert frame.columns == ["customer_id", "reason", "email", "full_name", "phone"]
    assert frame["customer_id"].to_list() == [row["customer_id"] for row in members]
    assert frame["phone"].str.starts_with("+1 555").all()
    assert all(row["phone"].startswith("+1 555") for row in members)


def test_without_the_key_there_are_ids_and_reasons_only(home):
    (home / "keys" / "pii.key").unlink()
    outbox.write(current_release(home), home)
    assert list(rows(home / "outbox" / "win_back" / "r1" / "members.csv")[0]) == ["customer_id", "reason"]


def test_changes_are_told_against_the_last_delivery(home, next_release):
    first = current_release(home)
    outbox.write(first, home)
    gone, stays = sorted(ids(first, "win_back"))[:2]
    second = next_release(
        "r2",
        f"{leave(gone, 'win_back')}; INSERT INTO segments.customer_segments "
        "SELECT 'win_back', min(customer_id), 'back again', DATE '2026-11-01' FROM marts.dim_customers "
        "WHERE customer_id NOT IN (SELECT customer_id FROM segments.customer_segments WHERE segment_name = 'win_back')",
    )
    counts = outbox.write(second, home)
    told = changes(home, "win_back", "r2")
    assert told[gone] == "removed"
    assert told[stays] == "unchanged"
    (arrived,) = ids(second, "win_back") - ids(first, "win_back")
    assert told[arrived] == "added"
    assert counts["win_back"] == Counts(1, 1, len(ids(first, "win_back")) - 1)
    assert gone not in {row["customer_id"] for row in rows(home / "outbox" / "win_back" / "r2" / "members.csv")}


def test_a_release_that_was_never_delivered_is_skipped_in_the_comparison(home, next_release):
    first = current_release(home)
    outbox.write(first, home)
    customer = min(ids(first, "win_back"))
    next_release("r2", leave(customer, "win_back"))
    third = next_release("r3", "SELECT 1")
    counts = outbox.write(third, home)
    assert counts["win_back"] == Counts(0, 0, len(ids(first, "win_back")))


def test_a_segment_that_ran_empty_or_disappeared_names_everybody_who_left(home, next_release):
    first = current_release(home)
    outbox.write(first, home)
    second = next_release(
        "r2",
        "DELETE FROM segments.customer_segments WHERE segment_name IN ('win_back', 'due_to_buy'); "
        "DELETE FROM seeds.segment_definitions WHERE segment_name = 'due_to_buy'",
    )
    counts = outbox.write(second, home)
    for name in ("win_back", "due_to_buy"):
        assert ids(first, name), f"the sample has nobody in {name}"
        assert changes(home, name, "r2") == dict.fromkeys(ids(first, name), "removed")
        assert counts[name] == Counts(0, len(ids(first, name)), 0)
        assert rows(home / "outbox" / name / "r2" / "members.csv") == []
    third = outbox.write(next_release("r3", "DELETE FROM segments.customer_segments"), home)
    assert third["win_back"] == Counts(0, 0, 0)
    assert third["due_to_buy"] == Counts(0, 0, 0)


def test_a_segment_that_is_gone_for_good_is_told_once(home, next_release):
    outbox.write(current_release(home), home)
    drop = "DELETE FROM segments.customer_segments WHERE segment_name = 'win_back'; "
    drop += "DELETE FROM seeds.segment_definitions WHERE segment_name = 'win_back'"
    assert "win_back" in outbox.write(next_release("r2", drop), home)
    assert "win_back" not in outbox.write(next_release("r3", drop), home)
    assert not (home / "outbox" / "win_back" / "r3").exists()


def test_delivering_the_same_release_twice_changes_nothing(home):
    release = current_release(home)
    outbox.write(release, home)
    before = {path: path.read_bytes() for path in (home / "outbox").rglob("*") if path.is_file()}
    times = {path: path.stat().st_mtime_ns for path in before if path.name != ".lock"}
    assert outbox.write(release, home) == {}
    assert {path: path.read_bytes() for path in (home / "outbox").rglob("*") if path.is_file()} == before
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_a_delivery_after_a_rollback_tells_the_way_back(home, next_release):
    first = current_release(home)
    outbox.write(first, home)
    customer = min(ids(first, "win_back"))
    outbox.write(next_release("r2", leave(customer, "win_back")), home)
    outbox.write(rollback(home, "r1"), home)
    assert changes(home, "win_back", "r1")[customer] == "added"


KILLED = """
import os, signal, sys
from pathlib import Path
from data_quality.release import current_release
from orchestration.delivery import outbox
from orchestration.delivery.ledger import Ledger
remember, dies_at, calls = Ledger.remember, sys.argv[2], []
def dying(self, segment, release_id, customer_ids):
    calls.append(segment)
    if dies_at == "before ledger" and len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    remember(self, segment, release_id, customer_ids)
    if dies_at == "after ledger" and len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
Ledger.remember = dying
outbox.write(current_release(Path(sys.argv[1])), Path(sys.argv[1]))
"""


@pytest.mark.parametrize("moment", ["before ledger", "after ledger"])
def test_a_delivery_that_was_killed_is_simply_repeated(home, next_release, moment):
    outbox.write(current_release(home), home)
    first = current_release(home)
    customer = min(ids(first, "due_to_buy"))
    second = next_release("r2", f"{leave(customer, 'champions')}; {leave(customer, 'due_to_buy')}")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), moment], cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": "."}
    )
    assert killed.returncode == -signal.SIGKILL
    outbox.write(second, home)
    ledger = json.loads((home / "outbox" / "ledger.json").read_text())
    for name in ledger:
        assert ledger[name]["release_id"] == "r2"
        assert set(ledger[name]["customer_ids"]) == ids(second, name)
        told = changes(home, name, "r2")
        assert {who for who, change in told.items() if change == "removed"} == ids(first, name) - ids(second, name)
        assert {who for who, change in told.items() if change != "removed"} == ids(second, name)
    assert changes(home, "due_to_buy", "r2")[customer] == "removed"
    assert not [path for path in (home / "outbox").rglob(".*") if path.name != ".lock"]


def test_half_written_folders_are_cleared_away(home):
    half = home / "outbox" / "win_back" / ".r1.partial"
    half.mkdir(parents=True)
    (half / "members.csv").write_text("half")
    outbox.write(current_release(home), home)
    assert not half.exists()
    assert (home / "outbox" / "win_back" / "r1" / "changes.csv").exists()


def test_files_are_for_their_owner_only(home):
    outbox.write(current_release(home), home)
    for path in (home / "outbox").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_two_deliveries_at_once_are_refused(home):
    (home / "outbox").mkdir()
    with only_writer(home / "outbox"), pytest.raises(Busy):
        outbox.write(current_release(home), home)


def test_a_segment_name_that_is_no_folder_name_is_refused(home, next_release):
    sql = "INSERT INTO seeds.segment_definitions VALUES ('../keys', 't', 'd', 'o', 'a', 'sell')"
    with pytest.raises(DeliveryError, match=r"'\.\./keys'"):
        outbox.write(next_release("r2", sql), home)


def test_formulas_in_names_and_reasons_are_inert_in_csv_and_whole_in_parquet(home, next_release):
    payload = "=cmd|'' /C calc''!A0"
    release = next_release(
        "r2",
        f"UPDATE segments.customer_segments SET reason = '{payload}'; "
        f"UPDATE pii.pii_customers SET full_name = '{payload}'",
    )
    outbox.write(release, home)
    folder = home / "outbox" / "win_back" / "r2"
    plain = payload.replace("''", "'")
    for row in rows(folder / "members.csv"):
        assert row["reason"] == row["full_name"] == "'" + plain
    assert set(pl.read_parquet(folder / "members.parquet")["full_name"]) == {plain}
