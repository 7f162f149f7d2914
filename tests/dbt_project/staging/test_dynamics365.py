"""Dynamics 365: workbooks with hidden columns, references by name that lead somewhere only if one record bears it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest


def guid(*numbers: int) -> tuple[str, ...]:
    """Ids of the fixture by their first digits."""
    return tuple(f"dynamics365:0000{number}-5a2c-ef11-8409-6045bd0a1b2c" for number in numbers)


MILLS, BAKERY, TWIN, OTHER_TWIN = guid(2001, 2002, 2003, 2004)
IVA, PEDRO, LOU = guid(3001, 3002, 3003)
PEDROS_LEAD, ASA = guid(4001, 4002)
FLOUR, OVENS, MIXER = guid(5001, 5002, 5003)


@pytest.fixture
def company(exported):
    return exported("dynamics365")


def test_the_visible_sheet_of_every_view_is_loaded_with_its_hidden_columns(company) -> None:
    assert {
        load.source_file.split(" 10-1")[0]: (load.rows_loaded, load.rows_quarantined) for load in company.loads
    } == {
        "Active Accounts": (4, 0),
        "Active Contacts": (3, 0),
        "All Activities": (4, 0),
        "All Cases": (3, 0),
        "All Leads": (2, 0),
        "All Opportunities": (3, 0),
        "My Active Contacts 9-1-2026 9-00-00 AM.xlsx": (1, 0),
    }
    [checksum] = company.query(
        "select do_not_modify_row_checksum from read_parquet('raw/dynamics365/leads/*/*.parquet') where rating = 'Hot'"
    )
    assert checksum == ("kVb0b2m1x016385==",)


def test_an_account_finds_its_parent_by_name_and_says_in_which_currency_its_revenue_is(company) -> None:
    columns = "account_id, account_name, parent_account_id, owner_id, currency, annual_revenue_amount, created_at"
    assert company.rows("stg_dynamics365__accounts", columns) == [
        (
            MILLS,
            "Harbour Mills, Ltd.",
            None,
            "dynamics365:Noor Adeyemi",
            "USD",
            12_500_000,
            datetime(2025, 11, 3, 9, 15),
        ),
        (BAKERY, "Harbour Mills Bakery", MILLS, "dynamics365:Tomas Vrba", "EUR", 900_000, datetime(2025, 12, 1, 14)),
        (TWIN, "Twin & Co", None, None, None, None, datetime(2026, 1, 1, 8)),
        (OTHER_TWIN, "twin & co", None, None, None, None, datetime(2026, 1, 2, 8)),
    ]


def test_the_newest_state_of_a_contact_counts_by_the_hidden_moment_of_its_change(company) -> None:
    # The file of September is taken in last, and still says Twin & Co of Iva.
    columns = "contact_id, full_name, phone, account_id, lifecycle_stage, updated_at"
    assert company.rows("stg_dynamics365__contacts", columns) == [
        (IVA, "Iva Lund", "07700 900123", MILLS, "Customer", datetime(2026, 8, 20, 16, 45)),
        (PEDRO, "Pedro Salas", "020 910 0461", BAKERY, None, datetime(2026, 3, 2, 7, 5)),
        (LOU, "Lou Finch", None, None, None, datetime(2026, 3, 3, 7)),  # two accounts are called so
        (PEDROS_LEAD, "Pedro Salas", None, None, "lead", datetime(2026, 1, 20, 11)),
        (ASA, "Åsa Nyström", "08 123 456", None, "lead", datetime(2026, 9, 12, 8)),
    ]


def test_a_lead_is_converted_once_it_is_qualified(company) -> None:
    columns = "lead_id, contact_id, email, company_name, lead_source, status, is_converted"
    assert company.rows("stg_dynamics365__leads", columns) == [
        (PEDROS_LEAD, PEDROS_LEAD, "pedro.salas@mail.example", "Harbour Mills Bakery", "Web", "Qualified", True),
        (ASA, ASA, "asa.nystrom@mail.example", "Kite & Sons", "Trade Show", "Contacted", False),
    ]


def test_a_deal_finds_its_account_and_contact_and_closes_on_the_actual_day(company) -> None:
    columns = "opportunity_id, account_id, contact_id, stage_name, status, probability, close_date"
    assert company.rows("stg_dynamics365__opportunities", columns) == [
        (FLOUR, MILLS, IVA, "Propose", "Pipeline", 0.6, date(2026, 11, 30)),
        (OVENS, BAKERY, PEDRO, "Close", "Won", 1.0, date(2026, 2, 27)),
        (MIXER, None, None, "Develop", "Lost", 0.0, date(2026, 5, 20)),
    ]


def test_an_amount_is_in_the_base_currency_or_names_its_own_by_its_iso_code(company) -> None:
    rows = company.rows("stg_dynamics365__opportunities", "opportunity_id, amount, currency")
    assert set(rows) == {
        (FLOUR, Decimal("18000.50"), "USD"),
        (OVENS, Decimal(4620), None),
        (MIXER, Decimal(700), "EUR"),
    }


def test_an_activity_regards_whatever_single_record_bears_the_name(company) -> None:
    columns = "activity_type, occurred_at, contact_id, account_id, opportunity_id, outcome"
    assert company.rows("stg_dynamics365__activities", columns) == [
        ("call", datetime(2026, 9, 14, 10), IVA, MILLS, FLOUR, "Completed"),
        # The lead of the same name was qualified, and lives on as this contact.
        ("email", datetime(2026, 3, 2, 7, 5), PEDRO, BAKERY, None, "Completed"),
        ("meeting", datetime(2026, 12, 11, 18), ASA, None, None, "Scheduled"),
        ("note", datetime(2026, 2, 1, 8), None, None, None, "Open"),  # a letter to one of two Twins
    ]


def test_a_case_is_a_ticket_of_an_account_or_a_contact(company) -> None:
    columns = "subject, contact_id, account_id, status, priority, ticket_type, channel, created_at"
    assert company.rows("stg_dynamics365__tickets", columns) == [
        ("Invoice copy", PEDRO, BAKERY, "solved", "normal", "task", "Email", datetime(2026, 4, 1, 15)),
        ("Late lorry", None, MILLS, "pending", "high", "problem", "Phone", datetime(2026, 9, 2, 15)),
        ("Wrong desk", None, None, "closed", "low", None, "Web", datetime(2026, 4, 4, 15)),
    ]
