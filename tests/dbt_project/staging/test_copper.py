"""Copper: days written month first, percent signs, owners without ids, people and leads that are numbered apart."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

NOOR, TOMAS = "copper:1168894", "copper:1168901"
MILLS, KITE = "copper:72903053", "copper:72903060"
IVA, SAM, SAM_SENIOR = "copper:174226745", "copper:174226801", "copper:174226802"
ANA = "copper:lead-91461893"


@pytest.fixture
def company(exported):
    return exported("copper")


def test_every_row_is_loaded_or_set_aside_and_a_custom_field_is_kept_beside(company) -> None:
    assert {load.source_file: (load.rows_loaded, load.rows_quarantined) for load in company.loads} == {
        "companies.csv": (2, 0),
        "leads.csv": (2, 0),
        "opportunities.csv": (4, 1),  # a chance of "about half"
        "people.csv": (3, 0),
    }
    [region] = company.query(
        "select _extra from read_parquet('raw/copper/companies/*/*.parquet') where name like 'Harbour%'"
    )
    assert region == ('{"Region cf_680701":"North"}',)


def test_a_day_is_read_month_first(company) -> None:
    assert company.rows("stg_copper__accounts", "account_id, account_name, owner_id, created_at") == [
        (MILLS, "Harbour Mills, Ltd.", NOOR, datetime(2025, 1, 6)),
        (KITE, "Kite & Sons", TOMAS, datetime(2025, 7, 14)),
    ]


def test_a_colleague_bears_the_newest_name_that_comes_with_the_id(company) -> None:
    # One opportunity of May calls him T. Vrba.
    assert company.rows("stg_copper__users", "user_id, user_name") == [(NOOR, "Noor Adeyemi"), (TOMAS, "Tomas Vrba")]


def test_people_find_their_owner_by_name_and_leads_are_people_of_their_own(company) -> None:
    columns = "contact_id, full_name, email, account_id, owner_id, lifecycle_stage, lead_source"
    assert company.rows("stg_copper__contacts", columns) == [
        (IVA, "Iva Lund", "iva.lund@mail.example", MILLS, NOOR, "Current Customer", None),
        # Jo Park owns nothing that has an id.
        (SAM, "Sam Reid", "sam.reid@mail.example", KITE, None, "Potential Customer", None),
        (SAM_SENIOR, "Sam Reid", "sam.sr@mail.example", KITE, None, "Potential Customer", None),
        (ANA, "Ana de Vries", "ana@mail.example", None, TOMAS, "lead", "Cold Call"),
    ]


def test_a_converted_lead_is_the_person_that_it_became_though_another_person_has_its_number(company) -> None:
    columns = "lead_id, contact_id, is_converted, converted_at, converted_opportunity_id, company_name, status"
    assert company.rows("stg_copper__leads", columns) == [
        ("copper:174226801", IVA, True, datetime(2025, 1, 6), "copper:34723781", "Harbour Mills", "Working"),
        ("copper:91461893", ANA, False, None, None, "Canal Bakery", "New"),
    ]


def test_an_opportunity_finds_its_person_by_name_in_its_company_or_by_address_never_by_name_alone(company) -> None:
    assert dict(company.rows("stg_copper__opportunities", "opportunity_name, contact_id")) == {
        "Flour, yearly": IVA,
        "Ovens": None,  # two people of that name work there
        "Mixer": SAM_SENIOR,  # named by e-mail address
        "Sign": None,  # no company, hence no more than a name
    }


def test_a_closed_opportunity_closes_on_its_day_of_completion_and_percent_become_shares(company) -> None:
    columns = "opportunity_name, status, probability, close_date"
    assert company.rows("stg_copper__opportunities", columns) == [
        ("Flour, yearly", "Won", 1.0, date(2026, 9, 5)),
        ("Mixer", "Other", None, None),
        ("Ovens", "Pipeline", 0.2, date(2026, 12, 31)),
        ("Sign", "Lost", 0.0, date(2026, 5, 6)),
    ]


def test_an_amount_is_in_the_reporting_currency_where_copper_converted_it_else_in_the_deals_own(company) -> None:
    rows = company.rows("stg_copper__opportunities", "opportunity_name, amount, currency")
    assert set(rows) == {
        ("Flour, yearly", Decimal("13089.6"), "USD"),
        ("Ovens", Decimal(4400), "USD"),
        ("Mixer", None, None),
        ("Sign", 65, "EUR"),
    }
