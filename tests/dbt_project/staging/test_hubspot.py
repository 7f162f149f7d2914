"""HubSpot: duplicates stay two, companies are found by name, deals end in the account's own calendar."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

CONTACTS, DEALS = "stg_hubspot__contacts", "stg_hubspot__opportunities"


def test_a_person_entered_twice_stays_two_contacts_with_one_spelling_of_the_address(estate) -> None:
    people = [
        {"record_id": "1", "first_name": "Iva", "last_name": "Lund", "email": " Iva.Lund@Shop.EXAMPLE "},
        {"record_id": "2", "first_name": "Iva", "email": "iva.lund@shop.example"},
        {"record_id": "3", "email": "  "},
    ]
    estate.land("hubspot.contacts", people)
    assert estate.rows(CONTACTS, "contact_id, email, full_name") == [
        ("hubspot:1", "iva.lund@shop.example", "Iva Lund"),
        ("hubspot:2", "iva.lund@shop.example", "Iva"),
        ("hubspot:3", None, None),
    ]


def test_a_later_export_of_a_contact_replaces_the_earlier(estate) -> None:
    estate.land("hubspot.contacts", [{"record_id": "1", "lifecycle_stage": "Lead"}], load="z", night=0)
    estate.land("hubspot.contacts", [{"record_id": "1", "lifecycle_stage": "Customer"}], load="a", night=1)
    assert estate.row(CONTACTS, "contact_id, lifecycle_stage") == ("hubspot:1", "Customer")


def test_a_contact_finds_its_company_by_name_unless_two_companies_share_it(estate) -> None:
    companies = [
        {"record_id": "10", "company_name": "Harbour Mills"},
        {"record_id": "11", "company_name": "Twin & Co"},
        {"record_id": "12", "company_name": "twin & co "},
    ]
    estate.land("hubspot.companies", companies)
    estate.land(
        "hubspot.contacts",
        [
            {"record_id": "1", "associated_company": "harbour mills"},
            {"record_id": "2", "associated_company": "Twin & Co"},
            {"record_id": "3", "associated_company": "Nobody Ltd"},
            {"record_id": "4"},
        ],
    )
    assert estate.rows(CONTACTS, "contact_id, account_id") == [
        ("hubspot:1", "hubspot:10"),
        ("hubspot:2", None),
        ("hubspot:3", None),
        ("hubspot:4", None),
    ]


def test_a_deal_follows_its_first_contact_to_a_company(estate) -> None:
    estate.land("hubspot.companies", [{"record_id": "10", "company_name": "Harbour Mills"}])
    estate.land("hubspot.contacts", [{"record_id": "2", "associated_company": "Harbour Mills"}, {"record_id": "1"}])
    estate.land("hubspot.deals", [{"record_id": "7", "deal_stage": "Proposal", "associated_contact_ids": "2; 1"}])
    assert estate.row(DEALS, "contact_id, account_id") == ("hubspot:2", "hubspot:10")


def test_stages_end_in_won_or_lost_and_all_others_are_pipeline(estate) -> None:
    stages = ["Closed won", "Closed Lost", "Appointment scheduled"]
    estate.land("hubspot.deals", [{"record_id": str(n), "deal_stage": s} for n, s in enumerate(stages)])
    assert [row[1] for row in estate.rows(DEALS, "opportunity_id, status")] == ["Won", "Lost", "Pipeline"]


def test_an_amount_in_another_currency_is_unknown_rather_than_added_up(estate) -> None:
    estate.land(
        "hubspot.deals",
        [
            {"record_id": "1", "deal_stage": "x", "amount": 90, "currency": "EUR", "amount_in_company_currency": 100},
            {"record_id": "2", "deal_stage": "x", "amount": 90, "currency": "EUR"},
            {"record_id": "3", "deal_stage": "x", "amount": 90, "currency": "USD"},
            {"record_id": "4", "deal_stage": "x", "amount": 90},
        ],
    )
    assert [row[1] for row in estate.rows(DEALS, "opportunity_id, amount")] == [Decimal(100), None, 90, 90]


def test_a_close_date_is_the_day_that_the_account_saw(estate) -> None:
    # 23:00 in New York is already tomorrow in UTC; raw holds UTC.
    evening = datetime(2026, 4, 1, 3, 0)
    estate.land("hubspot.deals", [{"record_id": "1", "deal_stage": "Closed won", "close_date": evening}])
    assert estate.row(DEALS, "close_date") == (date(2026, 3, 31),)


def test_the_newest_state_of_a_deal_counts_even_if_it_arrived_first(estate) -> None:
    newer = {"record_id": "1", "deal_stage": "Closed won", "last_modified_date": datetime(2026, 5, 2)}
    older = {"record_id": "1", "deal_stage": "Proposal", "last_modified_date": datetime(2026, 5, 1)}
    estate.land("hubspot.deals", [newer], load="a", night=0)
    estate.land("hubspot.deals", [older], load="b", night=1)
    assert estate.row(DEALS, "status") == ("Won",)


def test_an_activity_is_linked_to_the_first_of_each_list(estate) -> None:
    call = {
        "activity_id": "5",
        "activity_type": "CALL",
        "direction": "INBOUND",
        "activity_date": datetime(2026, 1, 2),
        "activity_assigned_to": "Ode Brandt",
        "associated_contact_ids": "2;1",
        "associated_company_ids": "",
        "associated_deal_ids": "9",
    }
    estate.land("hubspot.engagements", [call])
    found = estate.row(
        "stg_hubspot__activities", "activity_type, direction, contact_id, account_id, opportunity_id, owner_id"
    )
    assert found == ("call", "inbound", "hubspot:2", None, "hubspot:9", "hubspot:Ode Brandt")
