"""Klaviyo: what people got and did, flows included, and the last word of each on marketing."""

from __future__ import annotations

from datetime import datetime

import pytest

ADA, BO, CLEO, DAN = (f"klaviyo:01PROFILE{name}" for name in ("ADA", "BO", "CLEO", "DAN"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def klaviyo(exported):
    return exported("klaviyo")


def test_every_file_is_loaded_whole(klaviyo) -> None:
    assert {(load.table, load.rows_loaded, load.rows_quarantined) for load in klaviyo.loads} == {
        ("profiles", 3, 0),
        ("people", 3, 0),
        ("campaigns", 2, 0),
        ("flows", 1, 0),
        ("events", 7, 0),
    }


def test_touches_are_mails_of_campaigns_and_of_flows_and_an_order_is_none(klaviyo) -> None:
    columns = "occurred_at, touch_type, contact_id, campaign_id, touch_id"
    assert klaviyo.rows("stg_klaviyo__campaign_touches", columns) == [
        (at("2026-01-08 09:00"), "sent", CLEO, "klaviyo:FLOW01", "klaviyo:ev5"),
        (at("2026-03-01 09:01"), "sent", ADA, "klaviyo:CAMPA1", "klaviyo:ev1"),
        (at("2026-03-01 09:02"), "bounced", BO, "klaviyo:CAMPA1", "klaviyo:ev4"),
        (at("2026-03-01 10:00"), "opened", ADA, "klaviyo:CAMPA1", "klaviyo:ev2"),
        (at("2026-03-01 10:01"), "clicked", ADA, "klaviyo:CAMPA1", "klaviyo:ev3"),
        (at("2026-03-04 08:00"), "unsubscribed", ADA, "klaviyo:CAMPA1", "klaviyo:ev7"),
    ]


def test_who_got_which_version_of_a_mail_is_told_by_its_events(klaviyo) -> None:
    found = klaviyo.rows("stg_klaviyo__campaign_touches", "touch_id, variant_name")
    assert [row for row in found if row[1]] == [("klaviyo:ev1", "B")]


def test_a_flow_is_a_campaign_without_a_day(klaviyo) -> None:
    assert klaviyo.rows("stg_klaviyo__campaigns", "campaign_id, campaign_name, subject_line, sent_at") == [
        ("klaviyo:CAMPA1", "Spring 2026", "Spring is here", at("2026-03-01 09:05")),
        ("klaviyo:CAMPA2", "Draft", "Ready?", None),
        ("klaviyo:FLOW01", "Welcome series", None, None),
    ]


def test_the_newest_statement_holds_and_a_suppression_or_an_undated_refusal_is_a_no(klaviyo) -> None:
    assert klaviyo.rows("stg_klaviyo__consents", "contact_id, has_marketing_consent, changed_at") == [
        (ADA, False, at("2026-03-04 08:00")),
        (BO, False, at("2026-01-06 09:00")),
        (CLEO, False, None),
        (DAN, False, None),
    ]


def test_without_a_later_no_a_yes_is_a_yes(estate) -> None:
    estate.land(
        "klaviyo.profiles",
        [{"klaviyo_id": "p1", "email_consent": "SUBSCRIBED", "email_consent_at": at("2026-01-05")}],
    )
    estate.land(
        "klaviyo.events", [{"id": "e1", "person_id": "p1", "type": "Unsubscribed", "occurred_at": at("2026-01-01")}]
    )
    assert estate.row("stg_klaviyo__consents", "has_marketing_consent, changed_at") == (True, at("2026-01-05"))


def test_a_profile_in_both_exports_is_one_contact_as_last_changed_and_a_deleted_one_none(klaviyo) -> None:
    assert klaviyo.rows("stg_klaviyo__contacts", "email, contact_id, full_name, country") == [
        ("ada@mail.example", ADA, "Ada Moreau-Lind", "France"),
        ("bo@mail.example", BO, "Bo Lind", "Sweden"),
        ("cleo@mail.example", CLEO, "Cleo Park", None),
        ("dan@mail.example", DAN, "Dan Oak", "United States"),
    ]
