"""A company's own YAML: what is wrong with it is told with file, line and reason, before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_quality.columns import ContractError
from data_quality.company_sources import company_tables, declared_tables
from data_quality.contracts import SourceTable, load_source_tables

PROJECT = Path(__file__).parents[2] / "dbt_project"
GOOD = """name: till
kind: orders
format: csv
timezone: Europe/Berlin
columns:
  order_id: Beleg
  ordered_at: {header: Datum, format: "%d.%m.%Y"}
  gross_amount: {header: Brutto, decimal: ","}
  order_type: {header: Art, values: {"Ja": sale}}
  currency: {value: EUR}
"""


@pytest.fixture(scope="module")
def declared() -> list[SourceTable]:
    return load_source_tables(PROJECT)


def declare(home: Path, text: str, name: str = "till.yml") -> None:
    (home / "sources").mkdir(parents=True, exist_ok=True)
    (home / "sources" / name).write_text(text, encoding="utf-8")


def test_a_home_without_declarations_has_the_tables_of_the_project(tmp_path: Path) -> None:
    assert all(table.dbt_source == table.source for table in declared_tables(PROJECT, tmp_path))


def test_a_declaration_becomes_a_table_under_its_own_name(tmp_path: Path, declared) -> None:
    declare(tmp_path, GOOD)
    (table,) = company_tables(tmp_path, declared)
    assert (table.name, table.dbt_source) == ("generic_orders", "generic")
    assert (table.ingest.pattern, table.ingest.timezone, table.ingest.load) == ("*.csv", "Europe/Berlin", "append")
    columns = {column.name: column for column in table.columns}
    assert columns["source_name"].constant == "till"
    assert columns["currency"].constant == "EUR"
    assert columns["order_id"].header == "Beleg"
    assert columns["order_id"].is_required
    assert columns["ordered_at"].date_format == "%d.%m.%Y"
    assert columns["gross_amount"].decimal == ","
    assert table.headers == {"Beleg", "Datum", "Brutto", "Art"}


def test_the_name_of_the_file_is_the_name_of_the_source_where_none_is_given(tmp_path: Path, declared) -> None:
    declare(tmp_path, GOOD.replace("name: till\n", ""), "kiosk_3.yaml")
    assert "kiosk_3" in {table.source for table in company_tables(tmp_path, declared)}


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        (
            "kind: orders",
            "kind: invoices",
            "till.yml, line 2: kind: 'invoices' is not one of campaign_costs, contacts, exchange_rates, inter",
        ),
        (
            "format: csv",
            "format: xls",
            "till.yml, line 3: format: 'xls' is not one of csv, json, ndjson",
        ),
        ("format: csv\n", "", "till.yml: format: None is not one of csv"),
        ("name: till", "name: The Till", "till.yml, line 1: name: 'The Till' is not in snake_case"),
        ("name: till", "name: shopify", "till.yml: name: 'shopify' is taken already, by _shopify__sources.yml"),
        ("name: till", "name: generic", "till.yml: name: 'generic' is taken already, by _generic__sources.yml"),
        ("kind: orders", "kinds: orders", "till.yml, line 2: kinds: is no setting; there are name, kind, pattern"),
        ("Europe/Berlin", "Berlin", "till.yml: ingest.timezone 'Berlin' is not a known time zone"),
        ("  order_id: Beleg\n", "", "till.yml, line 5: columns: lacks order_id, without which a row says nothing"),
        ("gross_amount:", "amount:", "till.yml, line 8: columns.amount: is no column of orders; there are order_id,"),
        ('decimal: ","', "decimal: x", "till.yml, line 8: columns.gross_amount: decimal 'x' is not one of '.', ','"),
        (
            'decimal: ","',
            "minimum: 1",
            "till.yml, line 8: columns.gross_amount.minimum: is no setting; there are header",
        ),
        ('decimal: ","', "value: x", "columns.gross_amount: needs either header .* or value"),
        ("header: Art, ", "", "till.yml, line 9: columns.order_type: needs either header"),
        ("order_id: Beleg", "order_id: [17]", "till.yml, line 6: columns.order_id: is neither a header nor a map"),
        ("value: EUR", "value: [5]", "till.yml, line 10: columns.currency.value: is not a text"),
        (
            "format: csv",
            "format: csv\nstale_after_days: soon",
            "line 4: stale_after_days: 'soon' is not a number of days",
        ),
        (
            "  order_id: Beleg",
            "  order_id: A\n  order_id: B",
            "line 7: columns.order_id: stands there twice, first in line 6",
        ),
        ("columns:", "columns: [", "till.yml, line 7: is not YAML"),
        ("name: till", "- name: till", "till.yml.*: is not YAML"),
    ],
)
def test_a_wrong_declaration_is_told_with_line_and_reason(
    tmp_path: Path, declared, right: str, wrong: str, reason: str
) -> None:
    assert right in GOOD
    declare(tmp_path, GOOD.replace(right, wrong))
    with pytest.raises(ContractError, match=f"^sources/.*{reason}" if reason[:4] != "till" else f"^sources/{reason}"):
        company_tables(tmp_path, declared)


def test_an_empty_declaration_is_told(tmp_path: Path, declared) -> None:
    declare(tmp_path, "")
    with pytest.raises(ContractError, match=r"sources/till.yml: is not a map of settings"):
        company_tables(tmp_path, declared)


def test_a_wrong_table_of_several_is_told_with_its_line(tmp_path: Path, declared) -> None:
    text = "name: till\nformat: csv\ntables:\n  - kind: orders\n    columns: {order_id: a, ordered_at: b}\n"
    declare(tmp_path, text + "  - kind: orders\n    columns: {order_id: a, ordered_at: b}\n")
    with pytest.raises(ContractError, match=r"till.yml, line 6: tables.1.kind: stands in this file already"):
        company_tables(tmp_path, declared)
    declare(tmp_path, text + "  - kind: contacts\n    columns:\n      name: x\n")
    with pytest.raises(ContractError, match=r"till.yml, line 8: tables.1.columns.name: is no column of contacts"):
        company_tables(tmp_path, declared)


def test_two_files_of_one_name_are_told(tmp_path: Path, declared) -> None:
    declare(tmp_path, GOOD)
    declare(tmp_path, GOOD, "till_2.yml")
    with pytest.raises(ContractError, match=r"sources/till_2.yml: name: 'till' is taken already, by till.yml"):
        company_tables(tmp_path, declared)


def test_words_are_taken_as_they_are_written(tmp_path: Path, declared) -> None:
    text = GOOD.replace("order_id: Beleg", "order_id: no").replace('"Ja": sale', "Yes: sale, 0049: refund")
    declare(tmp_path, text + "stale_after_days: 8\nnull_values: [0, NULL, ~]\n")
    (table,) = company_tables(tmp_path, declared)
    columns = {column.name: column for column in table.columns}
    assert columns["order_id"].header == "no"
    assert columns["order_type"].values == (("Yes", "sale"), ("0049", "refund"))
    assert table.ingest.null_values == ("0", "NULL", "~")
    assert (table.freshness.warn_after.days, table.freshness.error_after.days) == (8, 16)
