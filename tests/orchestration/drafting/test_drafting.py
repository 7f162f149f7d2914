"""What a sample of an export tells: encoding, delimiter, types, keys, personal data, and what the table is."""

from __future__ import annotations

import gzip
import shutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import yaml

from data_quality.contracts import load_source_tables
from orchestration.drafting.canonical import CANONICAL
from orchestration.drafting.columns import draft_column
from orchestration.drafting.entities import WORDS
from orchestration.drafting.folder import CannotDraft, draft_source
from orchestration.drafting.sample import NotASample, read_sample, snake_case
from orchestration.intake.intake import intake
from orchestration.settings import PROJECT_DIR

ORDERS = "Auftrag;Datum;E-Mail;Betrag;Gutschein\n{}".format(
    "".join(f"00{n};{n % 28 + 1:02}.11.2025;kunde{n}@mail.example;{n}.50;?\n" for n in range(1, 60))
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project in which a draft can be written."""
    folder = tmp_path / "project"
    shutil.copytree(PROJECT_DIR, folder, ignore=shutil.ignore_patterns("target", "logs"))
    return folder


def write(tmp_path: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str, tmp_path: Path) -> None:
    rows = [["Kunde", "Straße", "Größe"], *([f"Müller {n}", f"Größenweg, {n}", "groß"] for n in range(30))]
    text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    sample = read_sample(write(tmp_path, "kunden.csv", text, encoding))
    assert sample.delimiter == delimiter
    assert sample.cells.columns == ["Kunde", "Straße", "Größe"]
    assert sample.cells.row(0) == ("Müller 0", "Größenweg, 0", "groß")


def test_a_packed_sample_and_json_lines_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id,name\n1,x\n"))
    assert read_sample(tmp_path / "a.csv.gz").cells.rows() == [("1", "x")]
    lines = write(tmp_path, "b.ndjson", '{"id": 1, "tags": ["a"]}\n{"id": 2, "late": true}\n')
    sample = read_sample(lines)
    assert (sample.format, sample.cells.columns) == ("ndjson", ["id", "tags", "late"])
    assert sample.cells.row(0) == ("1", '["a"]', "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "is empty"), ("only one column\n1\n", "no header"), ("a,a\n1,2\n", "no header"), ("{broken\n", "like JSON")],
)
def test_a_file_that_says_nothing_is_refused_with_its_name(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(NotASample, match=rf"^sample\.csv: .*{reason}"):
        read_sample(write(tmp_path, "sample.csv", text))


@pytest.mark.parametrize(
    ("header", "cells", "data_type", "date_format"),
    [
        ("Quantity", ["1", "-20", "300"], "bigint", None),
        ("Amount", ["1.5", "20", "0.25"], "decimal(18,4)", None),
        ("Weight", ["1.123456", "2"], "double", None),
        ("Customer ID", ["17", "18"], "varchar", None),
        ("Postcode", ["01067", "10115"], "varchar", None),
        ("Batch", ["007", "12"], "varchar", None),
        ("Active", ["yes", "No"], "boolean", None),
        ("Day", ["2025-01-31", "2025-02-01"], "date", None),
        ("Seen", ["2025-01-31 10:00:00", "2025-02-01T11:00:00Z"], "timestamp", None),
        ("Day", ["31/01/2025", "01/02/2025"], "date", "%d/%m/%Y"),
        ("Day", ["1.2.2025", "31.12.2025"], "date", "%d.%m.%Y"),
        ("Seen", ["12/31/2025 23:10"], "timestamp", "%m/%d/%Y %H:%M"),
        ("Tags", ['["a", "b"]', "[]"], "json", None),
        ("Comment", ["fine", ""], "varchar", None),
    ],
)
def test_a_type_is_what_every_cell_fits(header: str, cells: list[str], data_type: str, date_format: str | None) -> None:
    column = draft_column(header, pl.Series(cells))
    assert (column.data_type, column.date_format) == (data_type, date_format)


def test_a_date_that_can_be_read_two_ways_is_left_to_a_person() -> None:
    column = draft_column("Day", pl.Series(["03/04/2025", "05/06/2025"]))
    assert column.data_type == "varchar"
    assert "%d/%m/%Y or %m/%d/%Y" in column.note


def test_words_for_nothing_do_not_hide_a_type() -> None:
    column = draft_column("Amount", pl.Series(["1.50", "?", "n/a", ""]))
    assert (column.data_type, set(column.empty_words)) == ("decimal(18,4)", {"?", "n/a"})


@pytest.mark.parametrize("header", ["E-Mail", "Contact Phone", "First Name", "Billing Street", "Date of birth", "Zip"])
def test_personal_data_is_marked_by_its_header(header: str) -> None:
    assert draft_column(header, pl.Series(["x", "y"])).is_pii


def test_personal_data_is_marked_by_its_content_and_its_values_are_not_quoted(project: Path, tmp_path: Path) -> None:
    assert draft_column("Login", pl.Series(["a@mail.example", "b@mail.example"])).is_pii
    assert not draft_column("Product name", pl.Series(["Tea", "Cup"])).is_pii
    draft_source(project, "shop", [write(tmp_path, "people.csv", "id,login\n1,a@mail.example\n2,b@mail.example\n")])
    assert "mail.example" not in (project / "models/staging/shop/_shop__sources.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("header", "name"),
    [("First Name (EN)", "first_name_en"), ("customerID", "customer_id"), ("2nd e-mail", "col_2nd_e_mail")],
)
def test_names_are_snake_case(header: str, name: str) -> None:
    assert snake_case(header) == name


def test_the_draft_of_an_order_list_loads_every_row(project: Path, tmp_path: Path) -> None:
    sample = write(tmp_path, "bestellungen_2025-11.csv", ORDERS, "cp1252")
    draft = draft_source(project, "kasse", [sample])
    [table] = [table for table in load_source_tables(project) if table.source == "kasse"]
    assert (table.ingest.delimiter, table.ingest.load, table.ingest.key) == (";", "merge", ("auftrag",))
    assert table.ingest.pattern == "bestellungen_*.csv"
    home = tmp_path / "home"
    (home / "landing" / "kasse").mkdir(parents=True)
    shutil.copy(sample, home / "landing" / "kasse" / "bestellungen_2025-12.csv")
    [load] = intake(home, [table], datetime(2025, 12, 1))
    assert (load.rows_loaded, load.rows_quarantined) == (59, 0), load
    assert any("kasse" not in note and "resembles no canonical entity" in note for note in draft.notes)


def test_order_lines_become_orders_lines_and_buyers(project: Path, tmp_path: Path) -> None:
    text = "basket_id,product_id,customer_id,quantity,sales_value,transaction_timestamp\n" + "".join(
        f"{n // 3},{n % 3},{n // 6},1,{n}.25,2025-01-{n % 28 + 1:02} 10:00:00\n" for n in range(60)
    )
    draft_source(project, "till", [write(tmp_path, "transactions.csv", text)])
    written = {path.name for path in (project / "models/staging/till").glob("stg_*.sql")}
    assert written == {"stg_till__order_lines.sql", "stg_till__orders.sql", "stg_till__contacts.sql"}
    orders = (project / "models/staging/till/stg_till__orders.sql").read_text(encoding="utf-8")
    assert "cast(sum(greatest(sales_value, 0)) as decimal(18, 4)) as gross_amount" in orders
    assert "'till'," in (project / "models/intermediate/int_orders_unioned.sql").read_text(encoding="utf-8")


def test_every_drafted_model_has_its_columns_described(project: Path, tmp_path: Path) -> None:
    text = "ticket_id,email,status,created_at\n1,a@mail.example,Resolved,2025-01-01 10:00:00\n"
    draft_source(project, "desk", [write(tmp_path, "tickets.csv", text)])
    described = yaml.safe_load((project / "models/staging/desk/_desk__models.yml").read_text(encoding="utf-8"))
    models = {model["name"]: [column["name"] for column in model["columns"]] for model in described["models"]}
    assert models["stg_desk__tickets"] == list(CANONICAL["tickets"])
    assert models["stg_desk__contacts"] == list(CANONICAL["contacts"])
    tickets = (project / "models/staging/desk/stg_desk__tickets.sql").read_text(encoding="utf-8")
    assert "case status when 'Resolved' then 'solved' end as status" in tickets


@pytest.mark.parametrize("name", ["Web Shop", "shopify"])
def test_a_name_that_is_unfit_or_taken_writes_nothing(name: str, project: Path, tmp_path: Path) -> None:
    before = sorted(project.rglob("*"))
    with pytest.raises(CannotDraft, match=r"snake_case|exists already"):
        draft_source(project, name, [write(tmp_path, "a.csv", "id,x\n1,2\n")])
    assert sorted(project.rglob("*")) == before


def test_every_entity_that_can_be_guessed_is_a_canonical_one() -> None:
    assert set(WORDS) <= set(CANONICAL)
