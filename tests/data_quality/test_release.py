from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from data_quality.release import (
    ReleaseError,
    connect,
    connect_pii,
    current_release,
    list_releases,
    pii_key,
    release_age,
    rollback,
)

ESCAPES = [
    "SELECT * FROM read_csv('/etc/hostname')",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM read_blob('*')",
    "SELECT * FROM read_parquet('x.parquet')",
    "SELECT * FROM glob('/*')",
    "FROM '/etc/hostname'",
    "COPY (SELECT 1) TO '/tmp/out.csv'",
    "COPY marts.dim_customers TO 'out.parquet' (FORMAT parquet)",
    "EXPORT DATABASE '/tmp/out'",
    "IMPORT DATABASE '/tmp/out'",
    "ATTACH '/tmp/other.duckdb' AS other",
    "ATTACH 'current.json' AS other (READ_ONLY)",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '/tmp/any.duckdb_extension'",
    "SET enable_external_access = true",
    "SET memory_limit = '900GB'",
    "SET threads = 64",
    "SET temp_directory = '/tmp'",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET allow_unsigned_extensions = true",
    "SET python_enable_replacements = true",
    "PRAGMA enable_logging",
    "CREATE TABLE marts.mine AS SELECT 1",
    "INSERT INTO marts.dim_customers (customer_id) VALUES ('x')",
    "UPDATE marts.dim_customers SET country = 'XX'",
    "DELETE FROM marts.fct_orders",
    "DROP TABLE marts.fct_orders",
    "ALTER TABLE marts.fct_orders ADD COLUMN x INTEGER",
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "SELECT getenv('HOME')",
    "SELECT * FROM a_python_variable",
    "FROM sniff_csv('/etc/hostname')",
    "SELECT * FROM parquet_metadata('x.parquet')",
]


@pytest.mark.parametrize("reader", ["facts", "with personal data"])
def test_a_reader_reaches_nothing_but_the_release(home_with_release, reader):
    home, release = home_with_release, current_release(home_with_release)
    a_python_variable = [1]
    assert a_python_variable
    before = (release.file.read_bytes(), release.pii_file.read_bytes())
    with connect(release) if reader == "facts" else connect_pii(release, pii_key(home)) as con:
        for sql in ESCAPES:
            with pytest.raises(duckdb.Error):
                con.execute(sql).fetchall()
        assert con.execute("SELECT count(*) FROM marts.dim_customers").fetchone() == (20,)
    assert (release.file.read_bytes(), release.pii_file.read_bytes()) == before


def test_readers_without_the_key_do_not_find_what_another_has_attached(home_with_release):
    home, release = home_with_release, current_release(home_with_release)
    with connect(release) as plain, connect_pii(release, pii_key(home)) as entitled:
        assert entitled.execute("SELECT count(*) FROM pii.pii_customers").fetchone() == (20,)
        names = {name for (name,) in plain.execute("SELECT database_name FROM duckdb_databases()").fetchall()}
        assert "personal" not in names
        with pytest.raises(duckdb.Error):
            plain.execute("FROM personal.pii.pii_customers")


def test_personal_rows_join_facts(home_with_release):
    with connect_pii(current_release(home_with_release), pii_key(home_with_release)) as con:
        joined = con.execute(
            "SELECT count(*), count(email) FROM marts.dim_customers JOIN pii.pii_customers USING (customer_id)"
        ).fetchone()
    assert joined == (20, 20)


def test_before_the_first_release_there_is_none(home):
    assert current_release(home) is None
    assert list_releases(home) == []


def test_rolling_back_moves_the_pointer_and_nothing_else(home_with_release, release_maker):
    home, first = home_with_release, current_release(home_with_release)
    second = release_maker("r1")
    assert current_release(home) == second
    assert rollback(home, "r0") == first
    assert current_release(home) == first
    assert [release.release_id for release in list_releases(home)] == ["r1", "r0"]
    assert rollback(home, "r1") == second


def test_rolling_back_to_what_is_not_kept_says_what_is(home_with_release):
    with pytest.raises(LookupError, match="'r9' is not kept; kept are: r0"):
        rollback(home_with_release, "r9")
    current_release(home_with_release).file.unlink()
    with pytest.raises(ReleaseError, match=r"r0\.duckdb is missing"):
        rollback(home_with_release, "r0")


def test_a_missing_file_is_named_and_not_created(home_with_release):
    release = current_release(home_with_release)
    release.file.unlink()
    with pytest.raises(ReleaseError, match=r"r0\.duckdb is missing"):
        connect(release)
    assert not release.file.exists()


def test_a_spoilt_pointer_is_named(home_with_release):
    (home_with_release / "releases" / "current.json").write_text(json.dumps({"release_id": "r0"}))
    with pytest.raises(ReleaseError, match=r"current\.json: not a release description"):
        current_release(home_with_release)


def test_age_counts_from_publication_with_or_without_an_offset(home_with_release):
    release = current_release(home_with_release)
    assert release.published_at == datetime(2026, 11, 1, 1)
    assert release_age(release, datetime(2026, 11, 2, 1)) == timedelta(days=1)
    assert release_age(release, datetime(2026, 11, 2, 1, tzinfo=UTC)) == timedelta(days=1)


def test_an_old_connection_keeps_its_release_while_new_ones_see_the_next(home_with_release, release_maker, home):
    with connect(current_release(home)) as old:
        release_maker("r1", "DELETE FROM marts.fct_interactions WHERE occurred_date < DATE '2026-06-01'")
        with connect(current_release(home)) as new:
            count = "SELECT release_id, (SELECT count(*) FROM marts.fct_interactions) FROM release.manifest"
            (old_id, old_rows), (new_id, new_rows) = old.execute(count).fetchone(), new.execute(count).fetchone()
    assert (old_id, new_id) == ("r0", "r1")
    assert new_rows < old_rows
