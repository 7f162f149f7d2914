"""Zoho CRM: a converted lead is one person with its contact, ids join modules, a refusal of mailings is kept."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest


def zoho(*numbers: int) -> tuple[str, ...]:
    """Ids of the fixture by their last digits."""
    return tuple(f"zoho:zcrm_4876876000000{number:06d}" for number in numbers)


NOOR, TOMAS = zoho(101, 102)
MILLS, BAKERY = zoho(2001, 2002)
IVA, PEDRO, VISITOR = zoho(3001, 3002, 3003)
PEDROS_LEAD, ASA, OKAFOR = zoho(4001, 4002, 4003)
FLOUR, OVENS, MIXER = zoho(5001, 5002, 5003)


@pytest.fixture
def company(exported):
    return exported("zoho")


def test_every_row_of_every_module_is_loaded(company) -> None:
    loads = {load.source_file: (load.status, load.rows_loaded, load.rows_quarantined) for load in company.loads}
    assert loads == {
        "Accounts_2026_10_01.csv": ("loaded", 2, 0),
        "Calls_2026_10_01.csv": ("loaded", 2, 0),
        "Contacts_001.csv": ("loaded", 2, 0),
        "Contacts_2026_10_01.csv": ("loaded", 2, 0),
        "Deals_2026_10_01.csv": ("loaded", 3, 0),
        "Leads_2026_10_01.csv": ("loaded", 3, 0),
        "Notes_Contacts_2026_10_01.csv": ("loaded", 1, 0),
        "Tasks_2026_10_01.csv": ("loaded", 2, 0),
    }


def test_a_company_knows_its_parent_and_owner(company) -> None:
    columns = "account_id, account_name, parent_account_id, owner_id, country, count_employees, annual_revenue_amount"
    assert company.rows("stg_zoho__accounts", columns) == [
        (MILLS, "Harbour Mills, Ltd.", None, NOOR, "United Kingdom", 240, Decimal(12_500_000)),
        (BAKERY, "Harbour Mills Bakery", MILLS, TOMAS, "Ireland", None, None),
    ]


def test_a_converted_lead_is_the_contact_that_it_became_and_others_are_people_of_their_own(company) -> None:
    leads = company.rows("stg_zoho__leads", "lead_id, contact_id, is_converted, converted_opportunity_id")
    assert leads == [
        (PEDROS_LEAD, PEDRO, True, OVENS),
        (ASA, ASA, False, None),
        # Its contact was deleted since: the lead is all that is left of the person.
        (OKAFOR, OKAFOR, True, None),
    ]
    people = company.rows("stg_zoho__contacts", "contact_id, full_name, lifecycle_stage")
    assert people == [
        (IVA, "Iva Lund-Berg", "contact"),
        (PEDRO, "Pedro Salas", "contact"),
        (VISITOR, "Visitor 8842", "contact"),
        (ASA, "Åsa Nyström", "lead"),
        (OKAFOR, "Okafor", "lead"),
    ]


def test_the_newest_state_of_a_contact_counts_whatever_columns_its_export_has(company) -> None:
    columns = "email, phone, account_id, country, created_at, updated_at"
    [iva] = company.query(f"select {columns} from staging.stg_zoho__contacts where contact_id = '{IVA}'")
    assert iva == (
        "iva.lund@mail.example",
        "+44 7700 900123",
        MILLS,
        "United Kingdom",
        datetime(2025, 11, 5, 8, 30),
        datetime(2026, 9, 30, 12),
    )


def test_every_lost_stage_is_lost_and_percent_become_shares(company) -> None:
    columns = "opportunity_id, stage_name, status, probability, close_date"
    assert company.rows("stg_zoho__opportunities", columns) == [
        (FLOUR, "Negotiation/Review", "Pipeline", 0.9, date(2026, 11, 30)),
        (OVENS, "Closed Won", "Won", 1.0, date(2026, 2, 28)),
        (MIXER, "Closed Lost to Competition", "Lost", 0.0, date(2026, 5, 31)),
    ]


def test_an_amount_keeps_its_currency(company) -> None:
    rows = company.rows("stg_zoho__opportunities", "opportunity_id, amount, currency")
    assert set(rows) == {(FLOUR, Decimal("18000.50"), "USD"), (OVENS, 4200, "EUR"), (MIXER, None, None)}


def test_an_activity_finds_person_company_and_deal_through_what_it_is_related_to(company) -> None:
    columns = "activity_type, direction, contact_id, account_id, opportunity_id, occurred_at, outcome"
    assert company.rows("stg_zoho__activities", columns) == [
        # A deal leads on to its company, a lead to its person, a contact to its company.
        ("call", "inbound", ASA, None, None, datetime(2026, 9, 11, 18, 2), None),
        ("call", "outbound", IVA, MILLS, FLOUR, datetime(2026, 9, 14, 10), "Completed"),
        ("note", None, IVA, MILLS, None, datetime(2026, 9, 2, 15), None),
        ("task", None, None, MILLS, None, datetime(2026, 9, 20, 9), "Not Started"),
        ("task", None, None, BAKERY, OVENS, datetime(2026, 2, 25, 16), "Completed"),
    ]


def test_only_a_refusal_of_mailings_is_a_statement(company) -> None:
    assert company.rows("stg_zoho__consents", "contact_id, has_marketing_consent, changed_at") == [
        (PEDRO, False, datetime(2026, 3, 2, 7, 5, 9)),
        (ASA, False, None),
    ]


def test_a_refusal_of_the_lead_or_of_the_contact_is_enough(estate) -> None:
    estate.land("zoho.contacts", [{"record_id": "zcrm_1", "email_opt_out": False}])
    lead = {"record_id": "zcrm_2", "converted_contact_id": "zcrm_1", "email_opt_out": True}
    estate.land("zoho.leads", [lead])
    assert estate.row("stg_zoho__consents", "contact_id, has_marketing_consent") == ("zoho:zcrm_1", False)
