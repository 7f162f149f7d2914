"""HubSpot: duplicates stay two, companies are found by name, deals end in the account's own calendar."""

from __future__ import annotations

import json
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


def test_an_amount_is_in_the_company_currency_where_hubspot_converted_it_else_in_the_deals_own(estate) -> None:
    estate.land(
        "hubspot.deals",
        [
            {"record_id": "1", "deal_stage": "x", "amount": 90, "currency": "EUR", "amount_in_company_currency": 100},
            {"record_id": "2", "deal_stage": "x", "amount": 90, "currency": "EUR"},
            {"record_id": "3", "deal_stage": "x", "amount": 90, "currency": "USD"},
            {"record_id": "4", "deal_stage": "x", "amount": 90},
        ],
    )
    assert estate.rows(DEALS, "opportunity_id, amount, currency") == [
        ("hubspot:1", Decimal(100), None),
        ("hubspot:2", 90, "EUR"),
        ("hubspot:3", 90, "USD"),
        ("hubspot:4", 90, None),
    ]


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


OWNER = "hubspot:44023296"


def test_objects_of_the_api_and_exports_are_taken_in_whole(exported) -> None:
    loads = exported("hubspot").loads
    assert len(loads) == 16
    assert {(load.status, load.rows_quarantined) for load in loads} == {("loaded", 0)}


def test_a_contact_in_export_and_api_is_one_and_an_archived_one_is_none(exported) -> None:
    people = exported("hubspot").rows(
        CONTACTS, "contact_id, email, full_name, phone, lifecycle_stage, account_id, owner_id"
    )
    assert people == [
        # Both came on one night: the object says more.
        ("hubspot:1", "iva.lund@shop.example", "Iva Lund", "+4740000001", "Customer", "hubspot:10", OWNER),
        # Only in the export, and no owner bears the name.
        ("hubspot:2", "per.aas@mail.example", "Per", None, None, None, "hubspot:Somebody Else"),
        # Only in the API; a lead is a contact.
        ("hubspot:3", "lea@mail.example", "Lea", None, "Lead", None, None),
        # 5 is in the export still, and the API says that it is gone.
    ]


def test_the_later_of_an_export_and_an_object_of_a_contact_counts(estate) -> None:
    known = {"id": "1", "created_at": datetime(2026, 1, 1), "updated_at": datetime(2026, 1, 1)}
    estate.land("hubspot.api_contacts", [known | {"properties": '{"lifecyclestage": "lead"}'}], load="a", night=0)
    estate.land("hubspot.contacts", [{"record_id": "1", "lifecycle_stage": "Customer"}], load="b", night=1)
    assert estate.row(CONTACTS, "contact_id, lifecycle_stage") == ("hubspot:1", "Customer")


def test_owners_of_exports_become_the_owners_of_the_api_by_name(exported) -> None:
    crm = exported("hubspot")
    assert crm.row("stg_hubspot__users", "user_id, user_name, email, team_name") == (
        OWNER,
        "Ode Brandt",
        "ode@desk.example",
        "South",
    )
    accounts = crm.rows("stg_hubspot__accounts", "account_id, owner_id, industry, parent_account_id, count_employees")
    assert accounts == [
        ("hubspot:10", OWNER, "Retail", None, None),
        ("hubspot:11", OWNER, "Computer Software", "hubspot:10", 40),
    ]


def test_of_a_deal_in_export_and_api_the_state_changed_last_counts(exported) -> None:
    deals = exported("hubspot").rows(
        DEALS, "opportunity_id, opportunity_name, pipeline_name, stage_name, status, amount"
    )
    assert deals == [
        ("hubspot:100", "Kettles", "Sales Pipeline", "Closed won", "Won", Decimal(1100)),
        ("hubspot:101", "Mugs (export)", None, "Closed lost", "Lost", Decimal(50)),
        # What a stage of the account's own pipeline means is said by the pipeline.
        ("hubspot:102", "Old", "Partners", "Walked away", "Lost", None),
    ]


def test_a_deal_of_the_api_has_its_own_company_and_a_local_close_date(exported) -> None:
    deals = exported("hubspot").rows(DEALS, "opportunity_id, account_id, contact_id, owner_id, probability, close_date")
    assert deals[0] == ("hubspot:100", "hubspot:11", "hubspot:1", OWNER, 1.0, date(2026, 2, 28))


def test_the_history_of_a_deal_is_its_entries_into_stages(exported) -> None:
    entries = exported("hubspot").query(
        """select opportunity_stage_id, stage_name, status, probability, changed_at, actor_id
        from staging.stg_hubspot__opportunity_stages order by changed_at"""
    )
    assert entries == [
        ("hubspot:100-1768032000000", "Appointment scheduled", "Pipeline", 0.2, datetime(2026, 1, 10, 8), None),
        # Set again five days later, but entered once.
        ("hubspot:100-1770285600000", "Proposal sent", "Pipeline", 0.5, datetime(2026, 2, 5, 10), OWNER),
        ("hubspot:100-1772272800500", "Closed won", "Won", 1.0, datetime(2026, 2, 28, 10, 0, 0, 500_000), OWNER),
    ]


def test_activities_of_the_api_are_of_their_kind_and_direction(exported) -> None:
    crm = exported("hubspot")
    assert crm.rows("stg_hubspot__activities", "activity_id, activity_type, direction, outcome") == [
        # Also in the export, as outbound: one call, as the object has it.
        ("hubspot:900", "call", "inbound", "Connected"),
        ("hubspot:901", "meeting", None, "No Show"),
        ("hubspot:902", "email", "inbound", "Sent"),
        ("hubspot:903", "email", "outbound", "Sent"),
        ("hubspot:904", "note", None, None),
        ("hubspot:905", "task", None, "Not Started"),
    ]
    moments = crm.rows("stg_hubspot__activities", "occurred_at, contact_id, account_id, opportunity_id, owner_id")
    # One of the moments is written in milliseconds since 1970.
    assert set(moments) == {(datetime(2026, 2, 2, 8), "hubspot:1", "hubspot:10", "hubspot:100", OWNER)}


def test_tickets_have_a_status_by_their_stage_and_their_company_by_their_contact(exported) -> None:
    tickets = exported("hubspot").rows(
        "stg_hubspot__tickets", "ticket_id, status, priority, category, channel, contact_id, account_id, assignee_id"
    )
    assert tickets == [
        ("hubspot:700", "closed", "normal", "Product Issue", "Email", "hubspot:1", "hubspot:10", OWNER),
        ("hubspot:702", "closed", None, None, None, "hubspot:3", "hubspot:11", None),
    ]


def test_a_ticket_says_of_itself_what_its_content_says(estate) -> None:
    said = [json.dumps({"subject": "Lid", "content": "It is missing"}), json.dumps({"subject": "Lid", "content": ""})]
    tickets = [{"id": str(number), "properties": words} for number, words in enumerate(said)]
    estate.land("hubspot.api_tickets", tickets)
    found = estate.rows("stg_hubspot__ticket_descriptions", "ticket_id, description")
    assert found == [("hubspot:0", "It is missing")]


def test_what_changed_at_one_moment_of_a_ticket_is_one_event(exported) -> None:
    events = exported("hubspot").rows(
        "stg_hubspot__ticket_events", "event_number, occurred_at, status, assignee_id, priority, actor_id"
    )
    assert events == [
        (1, datetime(2026, 2, 2, 10), "new", None, "normal", None),
        (2, datetime(2026, 2, 3, 10), "pending", OWNER, None, OWNER),
        (3, datetime(2026, 2, 5, 10), "closed", None, None, OWNER),
    ]
