"""Any system: files under our own headers need nothing, and a company's own headers need one YAML file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from hashlib import md5
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from data_quality.company_sources import declared_tables
from orchestration.intake.intake import intake

PROJECT = Path(__file__).parents[3] / "dbt_project"
NIGHT = datetime(2026, 10, 1)


def hashed(text: str) -> str:
    return md5(text.encode()).hexdigest()


def test_files_under_our_own_headers_need_no_declaration(exported) -> None:
    estate = exported("generic")
    assert {load.status for load in estate.loads} == {"loaded"}
    rob = f"kiosk:{hashed('rob@mail.example')}"
    assert estate.rows("stg_generic__orders", "order_id, source_name, contact_id, currency, gross_amount") == [
        ("kiosk:1", "kiosk", "kiosk:77", "USD", Decimal("12.5000")),
        ("kiosk:2", "kiosk", rob, "EUR", Decimal("23.5000")),
    ]
    assert estate.rows("stg_generic__order_lines", "order_line_id, product_id, quantity, line_amount") == [
        ("kiosk:2-1", "kiosk:P-1", 2, Decimal("20.0000")),
        ("kiosk:2-2", "kiosk:P-2", 1, Decimal("3.5000")),
    ]
    ada, kim = f"kiosk:{hashed('ada@mail.example')}", f"kiosk:{hashed('+31 20 555 0199')}"
    assert set(estate.rows("stg_generic__contacts", "contact_id, email, full_name, phone, country")) == {
        ("kiosk:77", "ada@mail.example", "Ada Quill", "+31 20 555 0101", "NL"),
        (ada, "ada@mail.example", None, None, None),
        (rob, "rob@mail.example", "Rob Quill", None, "NL"),
        (kim, None, "Kim Reed", "+31 20 555 0199", None),
    }
    assert estate.row("stg_generic__consents", "contact_id, has_marketing_consent") == ("kiosk:77", True)
    assert estate.row("stg_generic__tickets", "ticket_id, contact_id, status, priority, assignee_id") == (
        "kiosk:T-1",
        "kiosk:77",
        "closed",
        "high",
        "kiosk:9",
    )
    assert estate.rows("stg_generic__ticket_events", "event_id, status, occurred_at") == [
        ("kiosk:T-1-1", "new", datetime(2026, 9, 3, 8)),
        ("kiosk:T-1-2", "solved", datetime(2026, 9, 4, 9, 30)),
    ]
    rates = "currency, to_currency, rate_date, exchange_rate"
    assert estate.rows("stg_generic__exchange_rates", rates) == [
        ("EUR", "USD", date(2026, 9, 1), 1.0875),
        ("EUR", "USD", date(2026, 10, 1), 1.09),
    ]
    assert estate.row("stg_generic__activities", "activity_id, activity_type, contact_id, outcome") == (
        "kiosk:I-1",
        "call",
        kim,
        "voicemail",
    )
    assert estate.row("stg_generic__survey_responses", "response_id, contact_id, ticket_id, is_good") == (
        "kiosk:R-1",
        ada,
        "kiosk:T-1",
        True,
    )
    subscriptions = "subscription_id, contact_id, product_name, status, currency, billing_period, count_billing_periods"
    assert estate.rows("stg_generic__subscriptions", subscriptions) == [
        ("kiosk:S-1", "kiosk:77", "Paper by post", "ended", None, "month", 1),
        ("kiosk:S-2", rob, "P-9", "active", "EUR", "month", 3),
    ]
    assert estate.rows("stg_generic__campaign_costs", "campaign_id, spent_date, currency, cost_amount") == [
        ("adwords:summer", date(2026, 9, 1), "EUR", Decimal(40)),
        ("mailchimp:c1", date(2026, 9, 1), None, Decimal(80)),
    ]


def readme_example(header: str) -> str:
    """The CSV of the README that begins with this column and holds it first."""
    readme = (PROJECT.parent / "README.md").read_text(encoding="utf-8")
    return next(block.split("```")[0] for block in readme.split("```csv\n")[1:] if block.startswith(header))


@pytest.fixture
def company(estate) -> Callable:
    """`company({"till.yml": yaml}, {"till/a.csv": bytes})`: a home that declares and lands these, after one intake."""

    def build(declared: dict[str, str], landed: dict[str, bytes], night: datetime = NIGHT):
        for folder, files in (("sources", declared), ("landing", landed)):
            for name, content in files.items():
                path = estate.home / folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        estate.loads = intake(estate.home, declared_tables(PROJECT, estate.home), night)
        return estate

    return build


TILL = """
name: till
kind: orders
pattern: "Umsatz*.csv"
format: csv
encoding: cp1252
delimiter: ";"
timezone: Europe/Berlin
columns:
  order_id: Beleg
  ordered_at: {header: Datum, format: "%d.%m.%Y %H:%M"}
  email: E-Mail
  gross_amount: {header: Brutto, decimal: ",", thousands: ".", unit: "€"}
  order_type: {header: Art, values: {Verkauf: sale, Storno: refund}}
  currency: {value: EUR}
"""
SALES = """Beleg;Datum;E-Mail;Brutto;Art;Kasse
00017;01.07.2026 09:30;Zoë@Mail.example;1.234,50 €;Verkauf;1
00018;02.07.2026 10:00;;12,00 €;Storno;1
00019;03.07.2026 10:00;;1.5 €;Verkauf;1
00020;04.07.2026 10:00;;1,00 €;Gutschein;1
"""


def test_a_company_maps_its_own_headers_by_one_file(company) -> None:
    estate = company({"till.yml": TILL}, {"till/Umsatz_07.csv": SALES.encode("cp1252")})
    assert estate.rows(
        "stg_generic__orders", "order_id, source_name, ordered_at, gross_amount, order_type, currency, contact_id"
    ) == [
        (
            "till:00017",
            "till",
            datetime(2026, 7, 1, 7, 30),
            Decimal("1234.5000"),
            "sale",
            "EUR",
            f"till:{hashed('zoë@mail.example')}",
        ),
        ("till:00018", "till", datetime(2026, 7, 2, 8), Decimal("0.0000"), "refund", "EUR", None),
    ]
    assert estate.rows("stg_generic__orders", "refund_amount") == [(0,), (12,)]
    assert estate.row("stg_generic__contacts", "source_name, email") == ("till", "zoë@mail.example")
    (load,) = estate.loads
    assert (load.source, load.table, load.rows_quarantined) == ("till", "generic_orders", 2)
    aside = estate.home / "quarantine/till/generic_orders" / f"load_id={load.load_id}" / "rows.ndjson"
    assert [json.loads(line)["reason"] for line in aside.read_text().splitlines()] == [
        "gross_amount: '1.5 €' is not a number like 1.234,5 €",
        "order_type: 'Gutschein' is none of the values that the contract names",
    ]
    assert estate.query("select distinct _extra from read_parquet('raw/till/generic_orders/*/*.parquet')") == [
        ('{"Kasse":"1"}',)
    ]


CONTACTS = """
kind: contacts
format: {format}
columns:
  contact_id: Nr
  first_name: Given
  last_name: Family
  has_marketing_consent: Newsletter
"""
PEOPLE = [
    {"Nr": "007", "Given": "Zoë", "Family": "東", "Newsletter": True},
    {"Nr": "008", "Given": "Al", "Family": None, "Newsletter": None},
]


def workbook() -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([list(PEOPLE[0]), *(list(person.values()) for person in PEOPLE)]):
            sheet.write_row(row, 0, cells)
    return written.getvalue()


def parquet() -> bytes:
    written = io.BytesIO()
    pl.DataFrame(PEOPLE).write_parquet(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("file_format", "content"),
    [
        ("csv", "Nr,Given,Family,Newsletter\n007,Zoë,東,yes\n008,Al,,\n".encode()),
        ("json", json.dumps(PEOPLE).encode()),
        ("ndjson", "\n".join(map(json.dumps, PEOPLE)).encode()),
        ("parquet", parquet()),
        ("xlsx", workbook()),
    ],
)
def test_every_format_can_be_mapped(company, file_format: str, content: bytes) -> None:
    declaration = CONTACTS.replace("{format}", file_format)
    estate = company({"crm.yml": declaration}, {f"crm/people.{file_format}": content})
    assert estate.rows("stg_generic__contacts", "contact_id, full_name") == [("crm:007", "Zoë 東"), ("crm:008", "Al")]
    assert estate.rows("stg_generic__consents", "contact_id, has_marketing_consent") == [("crm:007", True)]


LINES = """
name: web
kind: orders
format: csv
columns:
  order_id: order
  ordered_at: day
  contact_id: customer
  product_name: article
  quantity: pieces
  unit_price_amount: price
"""


def test_an_order_of_several_rows_is_its_lines_as_the_newest_export_has_them(company) -> None:
    header = "order,day,customer,article,pieces,price\n"
    first = header + "1,2026-07-01,a,Lamp,1,10\n1,2026-07-01,a,Bulb,2,2.50\n2,2026-07-01,b,Lamp,1,10\n"
    estate = company({"web.yml": LINES}, {"web/1.csv": first})
    assert estate.rows("stg_generic__orders", "order_id, gross_amount") == [("web:1", 15), ("web:2", 10)]
    estate = company({}, {"web/2.csv": header + "1,2026-07-01,a,Lamp,1,10\n"}, datetime(2026, 10, 2))
    assert estate.rows("stg_generic__orders", "order_id, gross_amount") == [("web:1", 10), ("web:2", 10)]
    assert estate.rows("stg_generic__order_lines", "order_line_id, product_name") == [
        ("web:1-1", "Lamp"),
        ("web:2-1", "Lamp"),
    ]


def test_one_file_may_declare_several_tables_of_a_system(company) -> None:
    desk = """
name: desk
delimiter: ";"
format: csv
tables:
  - kind: tickets
    pattern: "tickets*.csv"
    columns:
      ticket_id: no
      created_at: opened
      solved_at: done
      contact_id: who
      status: {header: state, values: {"zu": closed, "auf": open}}
  - kind: survey_responses
    pattern: "nps*.csv"
    columns: {response_id: id, responded_at: at, score: answer, contact_id: who, survey_type: {value: nps}}
"""
    tickets = "no;opened;done;who;state\n1;2026-07-01;2026-07-02 10:00;9;zu\n2;2026-07-01;;9;auf\n"
    landed = {"desk/tickets_1.csv": tickets, "desk/nps_1.csv": "id;at;answer;who\n5;2026-07-03;9;9\n"}
    estate = company({"desk.yml": desk}, landed)
    assert estate.rows("stg_generic__tickets", "ticket_id, contact_id, status") == [
        ("desk:1", "desk:9", "closed"),
        ("desk:2", "desk:9", "open"),
    ]
    assert estate.rows("stg_generic__ticket_events", "ticket_id, status") == [
        ("desk:1", "new"),
        ("desk:1", "solved"),
        ("desk:2", "new"),
    ]
    assert estate.row("stg_generic__survey_responses", "survey_type, score, contact_id") == ("nps", 9, "desk:9")


def test_two_systems_of_the_same_numbers_stay_two(company) -> None:
    orders = "kind: orders\nformat: csv\ncolumns: {order_id: id, ordered_at: at, gross_amount: sum}\n"
    file = "id,at,sum\n1,2026-07-01,10\n"
    estate = company({"north.yml": orders, "south.yml": orders}, {"north/a.csv": file, "south/a.csv": file})
    assert estate.rows("stg_generic__orders", "order_id, source_name") == [("north:1", "north"), ("south:1", "south")]


def test_the_readmes_lists_of_subscriptions_and_costs_are_taken_in(company) -> None:
    landed = {
        "generic/subscriptions.csv": readme_example("source_name,subscription_id"),
        "generic/campaign_costs.csv": readme_example("source_name,campaign_source"),
    }
    estate = company({}, landed)
    assert [(load.status, load.rows_quarantined) for load in estate.loads] == [("loaded", 0), ("loaded", 0)]
    assert estate.rows("stg_generic__subscriptions", "product_name, recurring_amount, ended_at") == [
        ("Tea box large", Decimal(29), None),
        ("Tea box small", Decimal(19), datetime(2026, 7, 1)),
    ]
    assert estate.rows("stg_generic__campaign_costs", "campaign_id, cost_amount") == [
        ("adwords:summer-shoes", Decimal(420)),
        ("mailchimp:7c40be1f92", Decimal(180)),
    ]
