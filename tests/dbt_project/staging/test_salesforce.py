"""Salesforce: one record per id of either length, deleted records gone, a person one contact in whatever records."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from orchestration.intake.intake import intake

SEEDS = Path(__file__).parents[4] / "shared" / "data" / "vendor_samples" / "fivetran_seeds" / "salesforce"

MILLS, LOGISTICS = "salesforce:0018a00001HmLqRAAV", "salesforce:0018a00001HmLqrAAF"
IVA, TOMAS, ODE = "salesforce:0038a00001IvaLuAAJ", "salesforce:0038a00001TomReAAJ", "salesforce:0038a00001OdeBrAAJ"
SOLO, KIM = "salesforce:0038a00001SoloPAAR", "salesforce:0038a00001NotExAAJ"
NIA, RU = "salesforce:00Q8a00001LeadAEAR", "salesforce:00Q8a00001LeadFEAR"
VISITOR = "salesforce:67f9456714c89ca912f4c929fdc6c437"
PRESSES, SPARES, BOAT = (f"salesforce:0068a00001Opp0{letter}AAB" for letter in "abe")
MARA = "salesforce:0058a00001MaraQAAR"


@pytest.fixture
def salesforce(exported):
    return exported("salesforce")


def test_every_row_of_a_data_export_and_of_data_loader_is_loaded(salesforce) -> None:
    assert {load.file for load in salesforce.loads if load.status != "loaded" or load.rows_quarantined} == set()
    assert sum(load.rows_loaded for load in salesforce.loads) == 61


def test_headers_in_capitals_are_the_same_headers(salesforce) -> None:
    (leads,) = [load for load in salesforce.loads if load.file == "Lead.csv"]
    assert (leads.rows_loaded, leads.warnings) == (6, [])


def test_a_custom_field_is_kept(salesforce) -> None:
    (extra,) = salesforce.query(
        "select _extra from read_parquet('raw/salesforce/accounts/*/*.parquet') where _source_row = 1"
    )
    assert extra == ('{"CustomerPriority__c":"High"}',)


def test_an_id_of_15_and_of_18_characters_is_one_record_and_the_newest_state_counts(salesforce) -> None:
    rows = salesforce.rows("stg_salesforce__contacts", "contact_id, account_id, phone, updated_at")
    assert [row for row in rows if "Iva" in row[0]] == [(IVA, MILLS, "+1 503 555 0199", datetime(2026, 3, 1, 9))]


def test_ids_that_differ_in_case_alone_stay_two_records(salesforce) -> None:
    assert salesforce.rows("stg_salesforce__accounts", "account_id, account_name, parent_account_id") == [
        (MILLS, "Harbour Mills", None),
        (LOGISTICS, "Harbour Mills Logistics", MILLS),
    ]


def test_the_check_characters_are_those_of_real_ids(estate) -> None:
    if not SEEDS.is_dir():
        pytest.skip("the vendor samples are not here")
    with (SEEDS / "sf_task_data.csv").open(encoding="utf-8", newline="") as file:
        named = {row[name] for row in csv.DictReader(file) for name in ("id", "who_id", "what_id", "owner_id")}
    real = {name for name in named if len(name) == 18}
    assert len(real) > 10
    estate.land("salesforce.users", [{"id": name[:15]} for name in real])
    assert estate.rows("stg_salesforce__users", "user_id") == [(f"salesforce:{name}",) for name in sorted(real)]


def test_people_are_contacts_unconverted_leads_person_accounts_and_strangers(salesforce) -> None:
    assert salesforce.rows("stg_salesforce__contacts", "contact_id, email, full_name, account_id") == sorted(
        [
            (IVA, "iva.lund@mail.example", "Iva Lund", MILLS),
            (TOMAS, "tomas.reyes@mail.example", "Tomás Reyes", MILLS),
            (ODE, "ode.brandt@mail.example", "Ode Brandt", None),
            (SOLO, "per.solo@mail.example", "Per Solo", None),
            (NIA, "nia@mail.example", "Nia Osei", None),
            (RU, "ru@mail.example", "Ru Quiet", None),
            # The contact that this lead became is in no export; the lead speaks for it.
            (KIM, "kim@mail.example", "Kim Unexported", None),
            (VISITOR, "visitor@mail.example", "Web Visitor", None),
        ]
    )


def test_a_deleted_contact_does_not_come_back_through_the_lead_that_it_was(salesforce) -> None:
    gone = "salesforce:0038a00001GoneAAAR"
    assert (gone,) not in salesforce.rows("stg_salesforce__contacts", "contact_id")
    assert (gone,) not in salesforce.rows("stg_salesforce__consents", "contact_id")


def test_a_deleted_record_comes_back_when_it_is_restored(estate) -> None:
    lead = {"id": "00Q8a00001LeadA", "last_name": "Osei"}
    deleted = {"is_deleted": True, "system_modstamp": datetime(2026, 1, 2)}
    restored = {"is_deleted": False, "system_modstamp": datetime(2026, 1, 3)}
    estate.land("salesforce.leads", [lead | {"system_modstamp": datetime(2026, 1, 1)}], load="a", night=0)
    estate.land("salesforce.leads", [lead | deleted], load="b", night=1)
    assert estate.rows("stg_salesforce__leads", "lead_id") == []
    estate.land("salesforce.leads", [lead | restored], load="c", night=2)
    assert estate.row("stg_salesforce__leads", "lead_id") == (NIA,)


def test_a_person_account_is_a_person_and_its_deals_cases_and_visits_are_theirs(salesforce) -> None:
    boat = f"(select * from staging.stg_salesforce__opportunities where opportunity_id = '{BOAT}')"
    assert salesforce.query(f"select contact_id, account_id from {boat}") == [(ODE, None)]
    cases = salesforce.rows("stg_salesforce__tickets", "contact_id, account_id, status")
    assert (ODE, None, "pending") in cases
    visits = salesforce.rows("stg_salesforce__activities", "contact_id, account_id, activity_type")
    assert (ODE, None, "meeting") in visits


def test_a_converted_lead_names_what_it_became(salesforce) -> None:
    columns = "contact_id, is_converted, converted_at, converted_account_id, converted_opportunity_id, status"
    leads = {row[0]: row[1:] for row in salesforce.rows("stg_salesforce__leads", "lead_id, " + columns)}
    assert leads["salesforce:00Q8a00001LeadBEAR"] == (
        IVA,
        True,
        datetime(2025, 11, 3),
        MILLS,
        PRESSES,
        "Closed - Converted",
    )
    assert leads[NIA] == (NIA, False, None, None, None, "Open - Not Contacted")
    # Converted on the day that it came: not before it came.
    assert leads["salesforce:00Q8a00001LeadCEAR"][2] == datetime(2026, 1, 2, 15)
    assert len(leads) == 5


def test_moments_with_an_offset_are_utc(salesforce) -> None:
    created = salesforce.query(f"select created_at from staging.stg_salesforce__leads where lead_id = '{NIA}'")
    assert created == [(datetime(2026, 1, 10, 23, 30),)]


def test_accounts_bring_numbers_written_in_powers_of_ten_and_say_in_which_currency(salesforce) -> None:
    assert salesforce.rows(
        "stg_salesforce__accounts", "account_id, currency, annual_revenue_amount, count_employees"
    ) == [
        (MILLS, "USD", Decimal(350_000_000), 1200),
        (LOGISTICS, "EUR", Decimal(2_000_000), None),
    ]


def test_deals_have_status_amount_probability_and_a_contact(salesforce) -> None:
    columns = "opportunity_name, status, amount, probability, contact_id, close_date, currency"
    assert salesforce.rows("stg_salesforce__opportunities", columns) == [
        ("Brandt: boat", "Pipeline", Decimal(10_000_000), 0.625, ODE, date(2026, 11, 30), "USD"),
        ("Idea", "Other", None, 0.1, None, date(2027, 1, 1), "USD"),
        ("Logistics", "Pipeline", 5000, 0.75, None, date(2026, 12, 1), "EUR"),
        ("Mills: presses", "Won", Decimal("12500.5"), 1.0, IVA, date(2026, 2, 20), "USD"),
        ("Mills: spares", "Lost", Decimal(900), 0.0, TOMAS, date(2026, 1, 15), "USD"),
    ]


def test_without_flags_a_deal_is_judged_by_the_name_of_its_stage(estate) -> None:
    stages = ["Closed Lost", "Closed Won", "Qualification"]
    estate.land("salesforce.opportunities", [{"id": f"006{n:012}", "stage_name": s} for n, s in enumerate(stages)])
    assert estate.rows("stg_salesforce__opportunities", "stage_name, status") == [
        ("Closed Lost", "Lost"),
        ("Closed Won", "Won"),
        ("Qualification", "Pipeline"),
    ]


def test_history_is_every_change_with_what_the_stages_mean(salesforce) -> None:
    columns = "changed_at, opportunity_id, stage_name, status, amount, probability, actor_id"
    assert salesforce.rows("stg_salesforce__opportunity_stages", columns) == [
        (datetime(2025, 11, 3, 8, 10), PRESSES, "Prospecting", "Pipeline", Decimal(10_000), 0.1, MARA),
        (datetime(2025, 12, 1, 8, 10), PRESSES, "Prospecting", "Pipeline", Decimal("12500.5"), 0.1, MARA),
        # "Signed" is the organisation's own word for won.
        (datetime(2026, 1, 8, 8, 10), PRESSES, "Negotiation", "Pipeline", Decimal("12500.5"), 0.75, MARA),
        (datetime(2026, 1, 15, 8, 10), SPARES, "Closed Lost", "Lost", Decimal(900), 0.0, MARA),
        (datetime(2026, 2, 20, 16, 0), PRESSES, "Signed", "Won", Decimal("12500.5"), 1.0, MARA),
    ]


def test_done_tasks_and_held_meetings_are_activities(salesforce) -> None:
    columns = "occurred_at, activity_type, direction, contact_id, account_id, opportunity_id, outcome"
    assert salesforce.rows("stg_salesforce__activities", columns) == [
        # Logged on a lead that has become a contact.
        (datetime(2025, 11, 2, 10, 30), "email", None, IVA, None, None, None),
        (datetime(2026, 1, 8, 14, 5), "call", "inbound", IVA, MILLS, PRESSES, "Interested"),
        (datetime(2026, 1, 20, 15, 0), "meeting", None, IVA, MILLS, PRESSES, None),
        (datetime(2026, 2, 1, 6, 0), "email", "outbound", NIA, None, None, None),
        (datetime(2026, 2, 11), "call", None, None, MILLS, None, None),
        (datetime(2026, 2, 27), "meeting", None, ODE, None, None, None),
        # Due in December and done in March.
        (datetime(2026, 3, 9, 17, 45), "task", None, TOMAS, MILLS, None, None),
    ]


def test_members_of_campaigns_become_touches_by_what_their_status_says(salesforce) -> None:
    assert salesforce.rows("stg_salesforce__campaign_touches", "occurred_at, touch_type, contact_id") == [
        # Added in January to a campaign that began in February.
        (datetime(2026, 2, 1), "sent", IVA),
        (datetime(2026, 2, 2, 9), "sent", IVA),
        (datetime(2026, 2, 2, 9), "sent", RU),
        (datetime(2026, 2, 3), "replied", RU),
        (datetime(2026, 2, 6, 9), "unsubscribed", IVA),
        # Answered an invitation of which no word says that it was sent.
        (datetime(2026, 9, 11, 9), "replied", TOMAS),
    ]
    assert salesforce.rows("stg_salesforce__campaigns", "campaign_name, sent_at, budget_amount, cost_amount") == [
        ("Autumn fair", None, None, None),
        ("Spring mailing", datetime(2026, 2, 1), Decimal(500), Decimal("450.5")),
    ]


def test_only_refusals_are_statements_on_consent(salesforce) -> None:
    assert salesforce.rows("stg_salesforce__consents", "contact_id, has_marketing_consent, changed_at") == sorted(
        [
            # The contact and the person account are one person; the later record speaks.
            (ODE, False, datetime(2026, 2, 1, 10)),
            (TOMAS, False, datetime(2026, 1, 20, 12)),
            (RU, False, datetime(2026, 1, 15, 9)),
        ]
    )


def test_cases_are_tickets_in_the_words_of_every_helpdesk(salesforce) -> None:
    columns = "created_at, contact_id, assignee_id, group_id, status, priority, ticket_type, channel, category"
    assert salesforce.rows("stg_salesforce__tickets", columns) == [
        (datetime(2026, 3, 2, 9, 15), IVA, MARA, None, "closed", "high", "question", "phone", "Billing"),
        (
            datetime(2026, 3, 3, 9, 15),
            VISITOR,
            None,
            "salesforce:00G8a00001QueueEAB",
            "new",
            "low",
            None,
            "web_form",
            None,
        ),
        (datetime(2026, 3, 4, 9, 15), ODE, MARA, None, "pending", "normal", "problem", "email", "Problem"),
        (datetime(2026, 3, 5, 9, 15), TOMAS, MARA, None, "open", "urgent", None, "phone", "Electrical"),
        (datetime(2026, 3, 6, 9, 15), TOMAS, MARA, None, "closed", None, None, "phone", None),
    ]


def test_customers_with_a_portal_login_are_no_colleagues(salesforce) -> None:
    assert salesforce.rows("stg_salesforce__users", "user_id, user_name, email, team_name") == [
        (MARA, "Mara Quist", "mara@sales.example", "Sales North")
    ]


def test_everybody_whom_an_event_names_is_a_contact(salesforce) -> None:
    known = set(salesforce.rows("stg_salesforce__contacts", "contact_id"))
    for model in ("tickets", "activities", "opportunities", "campaign_touches", "consents", "leads"):
        named = set(salesforce.rows(f"stg_salesforce__{model}", "contact_id")) - {(None,)}
        assert named - known <= {("salesforce:0038a00001GoneAAAR",)}, model


def test_a_file_without_the_time_of_the_last_change_is_refused_with_a_reason(exported, source_tables) -> None:
    home = exported("salesforce").home
    (home / "landing" / "salesforce" / "Contact_3.csv").write_text('"Id","Email"\n"1","x@mail.example"\n')
    loads = intake(home, list(source_tables.values()), datetime(2026, 10, 2))
    (refused,) = [load for load in loads if load.status == "refused"]
    assert (refused.file, refused.reason) == (
        "Contact_3.csv",
        "lacks the column 'SystemModstamp'; it has 'Id', 'Email'",
    )


def test_the_zip_of_a_data_export_lands_as_it_is_and_names_the_objects_that_nobody_reads(estate, source_tables) -> None:
    landing = estate.home / "landing" / "salesforce"
    landing.mkdir(parents=True)
    with ZipFile(landing / "WE_00D8a00001ExampleEAA_1.ZIP", "w") as archive:
        for path in sorted((Path(__file__).parent / "exports" / "salesforce").glob("*.csv")):
            archive.write(path, path.name)
        archive.writestr("OpportunityLineItem.csv", '"Id","SystemModstamp"\n')
    loads = intake(estate.home, list(source_tables.values()), datetime(2026, 10, 1))
    assert sum(load.rows_loaded for load in loads) == 61
    refused = [(load.member, load.reason) for load in loads if load.status != "loaded"]
    assert refused == [("OpportunityLineItem.csv", "no declared table takes it")]
