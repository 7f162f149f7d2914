"""Every page on a full, an empty and a stale release, and on none: it opens, and says what it stands on."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from dashboards import formats
from data_quality.release import current_release

from .conftest import FAILURE, PAGES, as_of, words


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", ["full", "empty", "stale"])
def test_every_page_opens_and_shows_its_data_date_its_release_and_its_age(open_page, request, kind, page) -> None:
    home = request.getfixturevalue(f"{kind}_home")
    app = open_page(home, page)
    assert not app.exception, app.exception
    assert app.title[0].value.lower().replace(" ", "-") == page
    said = words(app)
    assert f"Data up to **{formats.day(as_of(home) - timedelta(days=1))}**" in said
    assert f"release `{kind}-1`" in said
    assert "Generated demo data" in said
    assert "Rapport 0.1.0" in said
    banners = [warning.value for warning in app.warning if "withheld" not in warning.value]
    if kind == "stale":
        assert "These figures are old" in banners[0]
        assert "published 10 days ago" in banners[0]
        assert FAILURE in banners[0]
    else:
        assert not banners


@pytest.fixture(scope="module")
def earlier_home(full_home, tmp_path_factory) -> Path:
    """A release of before there were likely items, and before churn said what the closed form says."""
    home = shutil.copytree(full_home, tmp_path_factory.mktemp("earlier") / "home")
    file = current_release(home).file
    file.chmod(0o600)
    with duckdb.connect(str(file)) as con:
        con.execute("DROP TABLE scores.next_items; ALTER TABLE scores.churn DROP COLUMN churn_band")
    return home


@pytest.mark.parametrize(("page", "lacking"), [("value", "next_items"), ("churn", "churn_band"), ("products", None)])
def test_a_release_of_an_earlier_version_shows_what_it_has_and_says_how_to_get_the_rest(
    open_page, earlier_home, page, lacking
) -> None:
    app = open_page(earlier_home, page)
    assert not app.exception, app.exception
    said = [warning.value for warning in app.warning if "earlier version" in warning.value]
    assert len(said) == (lacking is not None)
    for words_of in said:
        assert lacking in words_of
        assert "`rapport run`" in words_of
    assert "Rapport 0.1.0" in words(app), "the page ends with its footer"


@pytest.mark.parametrize("page", PAGES)
def test_before_the_first_release_every_page_says_what_to_do(open_page, tmp_path, page) -> None:
    app = open_page(tmp_path, page)
    assert not app.exception
    assert "run `rapport run`" in app.info[0].value
    assert not app.metric


def test_old_data_in_a_new_release_are_old(open_page, sample_release, tmp_path, now) -> None:
    sample_release(tmp_path, "late-1", as_of_date=(now - timedelta(days=4)).date(), published_at=now)
    banner = open_page(tmp_path, "overview").warning[0].value
    assert "These data are old" in banner
    assert "4 days ago" in banner
    assert "generated for that date" in banner


def test_an_old_release_without_a_failed_run_points_to_the_schedule(open_page, sample_release, tmp_path, now) -> None:
    sample_release(tmp_path, "late-2", as_of_date=now.date(), published_at=now - timedelta(hours=37))
    banner = open_page(tmp_path, "overview").warning[0].value
    assert "published 37 hours ago" in banner
    assert "check that the nightly run is scheduled" in banner


def test_a_failed_run_is_told_before_its_release_is_old(open_page, sample_release, tmp_path, now) -> None:
    sample_release(tmp_path, "young-1", as_of_date=now.date(), published_at=now - timedelta(hours=3))
    said = {"status": "failed", "reason": FAILURE, "finished_at": (now - timedelta(hours=1)).isoformat()}
    (tmp_path / "last_run.json").write_text(json.dumps(said), encoding="utf-8")
    warning = open_page(tmp_path, "overview").warning[0].value
    assert FAILURE in warning
    assert "last good release" in warning
    # A failure that a later release has mended is history.
    said["finished_at"] = (now - timedelta(hours=5)).isoformat()
    (tmp_path / "last_run.json").write_text(json.dumps(said), encoding="utf-8")
    assert not open_page(tmp_path, "overview").warning


def test_a_source_that_could_not_be_fetched_is_told_on_the_health_page(
    open_page, sample_release, tmp_path, now
) -> None:
    sample_release(tmp_path, "fetch-1", as_of_date=now.date(), published_at=now)
    sentence = (
        "zendesk is stale (last pulled whole 2026-11-01 02:00 UTC): 401 for /api. Mend that and run `rapport pull`."
    )
    said = {"status": "succeeded", "finished_at": now.isoformat(), "stale": [sentence]}
    (tmp_path / "last_run.json").write_text(json.dumps(said), encoding="utf-8")
    [warning] = open_page(tmp_path, "health").warning
    assert "zendesk is stale" in warning.value


def test_a_damaged_note_of_the_last_run_does_not_break_a_page(open_page, sample_release, tmp_path, now) -> None:
    sample_release(tmp_path, "note-1", as_of_date=now.date(), published_at=now)
    for broken in ("{", '{"status": "failed"}', "[]"):
        (tmp_path / "last_run.json").write_text(broken, encoding="utf-8")
        assert not open_page(tmp_path, "health").exception, broken


def test_a_missing_release_file_is_said_and_not_thrown(open_page, sample_release, tmp_path) -> None:
    sample_release(tmp_path, "gone-1")
    current_release(tmp_path).file.unlink()
    app = open_page(tmp_path, "overview")
    assert not app.exception
    assert "gone-1.duckdb is missing" in app.error[0].value


def test_a_new_release_is_shown_on_the_next_run_of_a_page_and_never_mixed(
    open_page, sample_release, tmp_path, now, facts
) -> None:
    first = sample_release(tmp_path, "one", as_of_date=now.date(), published_at=now - timedelta(hours=2), customers=40)
    app = open_page(tmp_path, "overview")
    assert app.metric[0].value == "40"
    sample_release(tmp_path, "two", as_of_date=now.date(), published_at=now - timedelta(hours=1), customers=70)
    app.run()
    assert "release `two`" in words(app)
    assert app.metric[0].value == "70"
    assert first.file.exists()


def test_amounts_without_an_exchange_rate_are_said_on_every_page_and_explained_on_health(
    open_page, sample_release, tmp_path, now
) -> None:
    def without_a_rate(con) -> None:
        con.execute(
            "insert into marts.dim_currencies values ('GBP', false, 9, 7, date '2026-01-02', date '2026-03-04')"
        )

    sample_release(tmp_path, "two-currencies", as_of_date=now.date(), published_at=now, change=without_a_rate)
    assert "Amounts in USD, net of refunds, without those in GBP" in words(open_page(tmp_path, "overview"))
    [warning] = open_page(tmp_path, "health").warning
    assert "7 of 9 amounts in GBP (2 Jan 2026 to 4 Mar 2026) have no exchange rate to USD" in warning.value


def test_views_and_blocks_hold_no_sql() -> None:
    package = Path(__file__).resolve().parents[2] / "dashboards"
    for module in (*package.glob("*.py"), *(package / "views").glob("*.py")):
        source = module.read_text(encoding="utf-8").lower()
        assert "from marts." not in source, module.name
        assert "from scores." not in source, module.name
