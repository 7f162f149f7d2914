from __future__ import annotations

import importlib.util
import stat
from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import pytest

from data_quality import audit, staging
from data_quality.durable import Busy, only_writer
from data_quality.encryption import EncryptionUnavailable
from data_quality.publish import forget_old, remove_leftovers
from data_quality.release import ReleaseError, connect, connect_pii, current_release, list_releases, pii_key, rollback
from data_quality.staging import Manifest


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_release_holds_what_the_build_held(release_maker, build_file):
    release = release_maker("r1")
    with duckdb.connect(str(build_file), read_only=True) as build, connect(release) as con:
        for schema, table in con.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema IN ('marts', 'scores', 'segments')"
        ).fetchall():
            query = f"SELECT * FROM {schema}.{table} ORDER BY ALL"
            assert con.execute(query).fetchall() == build.execute(query).fetchall(), f"{schema}.{table} differs"
        for table in ("seeds.segment_definitions", "scores.model_cards"):
            held = build.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()
            assert held
            assert con.execute(f"SELECT * FROM release.{table.split('.')[1]} ORDER BY ALL").fetchall() == held


def test_the_manifest_gates_loads_and_counts_travel_inside(release_maker):
    release = release_maker("r1")
    with connect(release) as con:
        assert con.execute("FROM release.manifest").fetchall() == [
            ("r1", date(2026, 11, 1), datetime(2026, 11, 1, 2, 1), "run-1", "0.1.0", True, True)
        ]
        failed = "SELECT check_name, table_name, severity FROM release.gate_reports WHERE NOT is_passed"
        assert con.execute(failed).fetchall() == [("quarantine_rate", "hubspot.contacts", "warn")]
        loads = "SELECT table_name, rows_read, rows_loaded, rows_quarantined, loaded_at FROM release.loads ORDER BY 1"
        assert con.execute(loads).fetchall()[0] == ("contacts", 1000, 986, 14, datetime(2026, 11, 1, 2))
        counted = dict(
            con.execute("SELECT table_schema || '.' || table_name, row_count FROM release.row_counts").fetchall()
        )
        assert counted["marts.dim_customers"] == counted["pii.pii_customers"] == 20
        assert counted["marts.fct_orders"] == con.execute("SELECT count(*) FROM marts.fct_orders").fetchone()[0]


def test_feature_rows_of_half_the_customers_travel_without_their_ids(published_home, build_file):
    with connect(current_release(published_home)) as con:
        kept = con.execute("SELECT * FROM release.ftr_customer_snapshots_sample ORDER BY ALL").fetchall()
    with duckdb.connect(str(build_file), read_only=True) as build:
        half = """SELECT as_of_date, count_orders FROM features.ftr_customer_snapshots
            WHERE as_of_date = DATE '2026-11-01' AND md5(customer_id) < '8' ORDER BY ALL"""
        assert kept == build.execute(half).fetchall()
    assert 3 < len(kept) < 17


def test_events_lie_in_time_order_so_that_a_date_filter_skips_rows(home_with_release):
    with connect(current_release(home_with_release)) as con:
        days = [day for (day,) in con.execute("SELECT occurred_date FROM marts.fct_interactions").fetchall()]
    assert len(days) > 50
    assert days == sorted(days)


def test_equal_builds_give_releases_of_equal_content(home_with_release, release_maker):
    hashes = []
    for release in (current_release(home_with_release), release_maker("r1")):
        with connect(release) as con:
            hashes.append(con.execute("FROM release.row_counts ORDER BY ALL").fetchall())
    assert hashes[0] == hashes[1]


def test_files_are_for_their_owner_only(published_home):
    home, release = published_home, current_release(published_home)
    assert mode(release.file) == mode(release.pii_file) == 0o400
    assert mode(home / "releases") == mode(home / "keys") == 0o700
    assert mode(home / "keys" / "pii.key") == mode(home / "releases" / "current.json") == 0o600


def test_the_pointer_names_files_relatively_so_that_a_home_can_be_moved(home_with_release, home):
    assert '"file": "r0.duckdb"' in (home / "releases" / "current.json").read_text()
    moved = home.rename(home.with_name("elsewhere"))
    with connect(current_release(moved)) as con:
        assert con.execute("SELECT release_id FROM release.manifest").fetchone() == ("r0",)


def test_names_and_addresses_are_in_the_encrypted_file_and_nowhere_else(home_with_release, home):
    release = current_release(home)
    with connect_pii(release, pii_key(home)) as con:
        personal = con.execute("SELECT full_name, email, phone FROM pii.pii_customers").fetchall()
        subjects = con.execute("SELECT DISTINCT subject FROM pii.pii_tickets").fetchall()
    cells = {cell for row in personal + subjects for cell in row}
    assert len(cells) > 40
    with connect(release) as con:
        texts = con.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE data_type = 'VARCHAR'"
        ).fetchall()
        for schema, table, column in texts:
            found = {cell for (cell,) in con.execute(f"SELECT DISTINCT {column} FROM {schema}.{table}").fetchall()}
            assert not cells & found, f"{schema}.{table}.{column} shows personal data"
        with pytest.raises(duckdb.Error):
            con.execute("FROM pii.pii_customers")
    assert b"mail.example" not in release.pii_file.read_bytes()


def test_the_personal_file_opens_with_its_key_only(home_with_release, home):
    release = current_release(home)
    with pytest.raises(duckdb.Error, match="without a key"):
        duckdb.connect(str(release.pii_file), read_only=True)
    with pytest.raises(ReleaseError, match="Wrong encryption key"):
        connect_pii(release, "not the key")


def test_a_given_key_is_used_and_none_is_left_on_the_disk(release_maker, home):
    release = release_maker("r1", key="it's a secret")
    assert not (home / "keys").exists()
    with connect_pii(release, "it's a secret") as con:
        assert con.execute("SELECT count(*) FROM pii.pii_customers").fetchone() == (20,)


def test_flipped_bits_in_the_personal_file_never_pass_for_data(home_with_release, home, tmp_path):
    release, key = current_release(home), pii_key(home)
    query = "SELECT * FROM pii.pii_customers ORDER BY ALL"
    with connect_pii(release, key) as con:
        truth = con.execute(query).fetchall()
    whole, noticed, flips = release.pii_file.read_bytes(), 0, 40
    for number in range(flips):
        position = (number * 7919 + 97) * len(whole) // (flips * 7919)
        spoilt = tmp_path / f"flip-{number}.duckdb"
        spoilt.write_bytes(whole[:position] + bytes([whole[position] ^ 0x10]) + whole[position + 1 :])
        try:
            with connect_pii(replace(release, pii_file=spoilt), key) as con:
                assert con.execute(query).fetchall() == truth, f"byte {position} changed what is read, silently"
        except (ReleaseError, duckdb.Error):
            noticed += 1
        spoilt.unlink()
    assert noticed > 0


def test_without_the_extension_publishing_stops_and_says_what_to_do(
    home_with_release, release_maker, home, monkeypatch
):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "duckdb_extension_httpfs" else find_spec(name)
    )
    with pytest.raises(EncryptionUnavailable, match=r"Install duckdb-extension-httpfs==1"):
        release_maker("r1")
    assert current_release(home).release_id == "r0"


def test_personal_data_can_be_left_out_and_the_manifest_says_so(release_maker, home):
    release = release_maker("r1", with_pii=False)
    assert release.pii_file is None
    assert not (home / "keys").exists()
    with connect(release) as con:
        assert con.execute("SELECT has_pii_file FROM release.manifest").fetchone() == (False,)
    with pytest.raises(ReleaseError, match="published without personal data"):
        connect_pii(release, "any")


def test_a_release_id_is_never_used_twice(home_with_release, release_maker, home):
    first = current_release(home)
    with pytest.raises(ReleaseError, match="exists already"):
        release_maker("r0")
    assert current_release(home) == first


@pytest.mark.parametrize("release_id", ["", "../r1", "a.b", "a b", "current", "x" * 101])
def test_a_release_id_that_is_no_plain_file_name_is_refused(release_maker, home, release_id):
    with pytest.raises(ReleaseError, match="release id"):
        release_maker(release_id)
    assert not (home / "releases").exists()


def test_moments_are_kept_as_naive_utc(release_maker):
    at = datetime(2026, 11, 1, 2, tzinfo=UTC)
    release = release_maker("r1", manifest=Manifest("r1", date(2026, 11, 1), at, "run-1", "0.1.0"))
    assert release.published_at == datetime(2026, 11, 1, 2)


def test_seven_releases_are_kept_and_older_files_are_gone(home_with_release, release_maker, home):
    for number in range(1, 9):
        release_maker(f"r{number}", with_pii=number == 1)
    assert [release.release_id for release in list_releases(home)] == [f"r{n}" for n in (8, 7, 6, 5, 4, 3, 2)]
    assert sorted(path.stem for path in (home / "releases").glob("r?.duckdb")) == [f"r{n}" for n in range(2, 9)]
    assert not (home / "releases" / "r1.pii.duckdb").exists()


def test_the_current_release_is_never_forgotten(home_with_release, release_maker, home):
    release_maker("r1")
    release_maker("r2")
    rollback(home, "r0")
    assert forget_old(home, kept=1) == ["r1"]
    assert {release.release_id for release in list_releases(home)} == {"r0", "r2"}
    with connect(current_release(home)) as con:
        assert con.execute("SELECT release_id FROM release.manifest").fetchone() == ("r0",)


def test_leftovers_of_a_killed_publication_are_removed_and_releases_stay(home_with_release, home):
    release, folder = current_release(home), home / "releases"
    leftovers = [
        "r2.partial.duckdb",
        "r2.partial.duckdb.wal",
        "r2.partial.pii.duckdb",
        "r3.duckdb",
        "current.json.partial",
    ]
    for name in leftovers:
        (folder / name).write_text("half")
    (folder / "r2.partial.tmp").mkdir()
    remove_leftovers(home)
    left = sorted(path.name for path in folder.iterdir())
    assert left == [".lock", "current.json", "r0.duckdb", "r0.json", "r0.pii.duckdb"]
    assert current_release(home) == release


def test_two_publications_at_once_are_refused(home_with_release, release_maker, home):
    with only_writer(home / "releases"), pytest.raises(Busy, match="another process"):
        release_maker("r2")
    assert release_maker("r3").release_id == "r3"


def test_nothing_partial_is_left_after_a_publication(published_home):
    names = sorted(path.name for path in (published_home / "releases").iterdir())
    assert names == [".lock", "current.json", "r0.duckdb", "r0.json", "r0.pii.duckdb"]


def test_a_table_larger_than_the_memory_allowed_is_spilled_encrypted_and_published(release_maker, monkeypatch):
    # Without its extension DuckDB writes no encrypted temporary file: a million customers found out.
    monkeypatch.setattr(staging, "MEMORY_LIMIT", "70MB")
    monkeypatch.setattr(audit, "LIMITS", audit.LIMITS | {"memory_limit": "70MB"})
    rows = 800_000
    release = release_maker(
        "r1",
        "INSERT INTO marts.fct_interactions BY NAME SELECT 'more_' || range AS interaction_id, "
        "md5(range::VARCHAR) || md5((range + 1)::VARCHAR) AS detail, DATE '2026-01-01' AS occurred_date "
        f"FROM range({rows})",
    )
    with connect(release) as con:
        more = con.execute("SELECT count(*) FROM marts.fct_interactions WHERE starts_with(interaction_id, 'more_')")
        assert more.fetchone() == (rows,)
