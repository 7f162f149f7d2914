"""What is missing or stale, said in words that end with what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from data_quality.contracts import load_source_tables
from data_quality.release import current_release
from orchestration import last_run
from orchestration.commands.doctor import findings, notes
from orchestration.intake.intake import intake
from orchestration.settings import Settings

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def said(home: Path, now: datetime = NOW) -> str:
    return "\n".join(findings(Settings(home), now))


def test_a_new_home_is_told_where_to_begin(tmp_path: Path) -> None:
    words = said(tmp_path / "nowhere")
    assert "landing/<source>/" in words
    assert "Nothing has been published yet" in words


def test_a_fresh_release_has_nothing_to_say(tmp_path: Path, sample_release) -> None:
    sample_release(tmp_path)
    published = current_release(tmp_path).published_at.replace(tzinfo=UTC)
    assert said(tmp_path, published + timedelta(hours=20)) == ""


def test_a_missed_night_shows_as_an_old_release(tmp_path: Path, sample_release) -> None:
    sample_release(tmp_path)
    published = current_release(tmp_path).published_at.replace(tzinfo=UTC)
    assert "49 hours old" in said(tmp_path, published + timedelta(hours=49))


def test_a_failed_run_is_repeated_with_its_reason(tmp_path: Path) -> None:
    last_run.record(tmp_path, "failed", "run-1", "export_gate: shopify.orders: half of the rows in quarantine")
    assert "half of the rows in quarantine" in said(tmp_path)


def test_a_folder_of_no_declared_source_is_named(tmp_path: Path) -> None:
    (tmp_path / "landing" / "shoppify").mkdir(parents=True)
    assert "landing/shoppify/ belongs to no declared source" in said(tmp_path)


def test_refused_files_and_quarantined_rows_are_problems_and_what_never_landed_is_a_note(tmp_path: Path) -> None:
    landing = tmp_path / "landing" / "crm_sales"
    landing.mkdir(parents=True)
    header = "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
    (landing / "accounts.csv").write_text(header + "Good,tech,1999,1.5,10,Here,\nBad,tech,soon,1.5,10,Here,\n")
    (landing / "products.csv").write_text("colour\nred\n")
    intake(tmp_path, load_source_tables(Settings.project_dir), NOW)
    words = said(tmp_path)
    assert "crm_sales/accounts.csv: 1 of 2 rows are in quarantine/" in words
    assert "crm_sales/products.csv was refused" in words
    assert "sales_pipeline" not in words
    [note] = notes(Settings(tmp_path))
    assert note.startswith("crm_sales could export more, which never landed in landing/crm_sales/")
    assert "sales_pipeline (sales_pipeline" in note
    assert "accounts (" not in note
