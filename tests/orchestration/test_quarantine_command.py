"""`rapport quarantine`: see what was set aside, mend it, take it in."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data_quality.contracts import load_source_tables
from orchestration.cli import app
from orchestration.commands.options import console
from orchestration.commands.quarantine import kind_of
from orchestration.intake.intake import intake
from orchestration.settings import Settings

HEADER = "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Thirty accounts of which 25 have no year, one has too few cells, and a file that nobody can read."""
    landing = tmp_path / "home" / "landing" / "crm_sales"
    landing.mkdir(parents=True)
    years = ["1999"] * 4 + [f"soon{n}" for n in range(25)]
    rows = "".join(f"A{n},tech,{year},1.5,10,Here,\n" for n, year in enumerate(years))
    (landing / "accounts.csv").write_text(HEADER + rows + "short\n", encoding="utf-8")
    (landing / "products.csv").write_text("colour\nred\n", encoding="utf-8")
    home = tmp_path / "home"
    intake(home, load_source_tables(Settings.project_dir), datetime(2026, 11, 1, tzinfo=UTC))
    return home


@pytest.fixture
def rapport(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    # As wide as a terminal may be: sentences are compared whole.
    monkeypatch.setattr(console, "width", 200)

    def call(*words: str) -> Result:
        result = CliRunner().invoke(app, ["quarantine", *words, "--home", str(home)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


def test_list_counts_rows_by_file_and_reason_and_names_refused_files(rapport) -> None:
    said = rapport("list").output
    assert "crm_sales.accounts" in said
    (line,) = [line for line in said.splitlines() if "year_established" in line]
    assert "accounts.csv" in line
    assert "25" in line
    assert "has 1 cell, but the header has 7 cells" in said
    assert "crm_sales/products.csv" in said
    assert "lacks the column" in said


def test_list_of_a_table_without_quarantine_says_so(rapport) -> None:
    assert "Nothing is in quarantine of shopify.orders." in rapport("list", "shopify.orders").output


def test_show_tells_place_reason_and_original_text_a_page_at_a_time(rapport) -> None:
    first, second = rapport("show").output, rapport("show", "--offset", "20").output
    assert "columns: account,sector,year_established" in first
    assert "row 5: year_established: 'soon0' is not a bigint" in first
    assert "A4,tech,soon0,1.5,10,Here," in first
    assert "--offset 20 shows the next ones" in first
    assert "row 30: has 1 cell" in second
    assert "There are more" not in second


def test_what_show_writes_is_mended_and_replayed(rapport, tmp_path: Path) -> None:
    rows = list(
        csv.DictReader(rapport("show", "crm_sales.accounts", "--format", "csv").output.splitlines(keepends=True))
    )
    assert len(rows) == 26
    mended = tmp_path / "mended.csv"
    with mended.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(row | {"text": row["text"].replace("soon", "19")} for row in rows)
    result = rapport("replay", str(mended))
    assert result.exit_code == 1
    assert "crm_sales.accounts: 25 of 26 rows taken in, 1 still wrong" in result.output
    assert "1 × accounts.csv: has 1 cell, but the header has 7 cells" in result.output
    again = rapport("replay", str(mended))
    assert "is not open in quarantine: taken in already, or never set aside" in again.output
    left = [json.loads(line) for line in rapport("show", "--format", "ndjson").output.splitlines()]
    assert [(row["row"], row["text"]) for row in left] == [(30, "short")]


def test_an_unreadable_file_of_mended_rows_stops_with_words(rapport, tmp_path: Path) -> None:
    (tmp_path / "mended.csv").write_text("row,text\n1,x\n")
    result = rapport("replay", str(tmp_path / "mended.csv"))
    assert result.exit_code == 1
    assert "mended.csv: record 1 lacks load_id" in result.output


def test_original_text_cannot_steer_the_terminal(rapport, home: Path) -> None:
    text = HEADER + "A,tech,\x1b[31mred,1.5,10,[bold]Here[/bold],\n"
    (home / "landing" / "crm_sales" / "accounts_2.csv").write_text(text, encoding="utf-8")
    tables = load_source_tables(Settings.project_dir)
    intake(home, tables, datetime(2026, 11, 2, tzinfo=UTC))
    said = rapport("show", "--file", "accounts_2.csv").output
    assert "\x1b" not in said
    assert "\\x1b[31mred,1.5,10,[bold]Here[/bold]," in said


def test_reasons_are_counted_without_the_values_they_quote() -> None:
    assert (
        kind_of("size: 'it\\'s' is not a bigint; day: \"it's\" is not a date")
        == "size: … is not a bigint; day: … is not a date"
    )
