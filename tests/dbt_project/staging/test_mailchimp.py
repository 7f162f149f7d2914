"""Mailchimp: one word on consent per person, and touches that agree with contacts."""

from __future__ import annotations

from datetime import datetime
from hashlib import md5
from typing import Any

MARCH, APRIL, MAY = datetime(2026, 3, 1), datetime(2026, 4, 1), datetime(2026, 5, 1)
MEMBER = md5(b"iva@shop.example").hexdigest()
IVA = f"mailchimp:{MEMBER}"


def member(email: str = "iva@shop.example", changed: datetime = MARCH, **cells: Any) -> dict[str, Any]:
    return {"email_address": email, "last_changed": changed, "optin_time": MARCH, **cells}


def left(at: datetime, **cells: Any) -> dict[str, Any]:
    return member(changed=at, unsub_time=at, unsub_campaign_id="c1", **cells)


def test_somebody_who_left_has_not_consented_and_is_one_contact(estate) -> None:
    estate.land("mailchimp.subscribed_members", [member("Iva@Shop.example", first_name="Iva")])
    estate.land("mailchimp.unsubscribed_members", [left(APRIL, first_name="Iva", last_name="Lund")])
    assert estate.row("stg_mailchimp__consents", "contact_id, has_marketing_consent, changed_at") == (IVA, False, APRIL)
    assert estate.row("stg_mailchimp__contacts", "contact_id, email, full_name") == (
        IVA,
        "iva@shop.example",
        "Iva Lund",
    )


def test_somebody_who_came_back_has_consented_again(estate) -> None:
    estate.land("mailchimp.unsubscribed_members", [left(APRIL)])
    estate.land("mailchimp.subscribed_members", [member(changed=MAY, optin_time=MAY)])
    assert estate.row("stg_mailchimp__consents", "has_marketing_consent, changed_at") == (True, MAY)


def test_in_doubt_nobody_has_consented(estate) -> None:
    estate.land("mailchimp.unsubscribed_members", [left(MARCH)])
    estate.land("mailchimp.subscribed_members", [member(changed=MARCH)])
    assert estate.row("stg_mailchimp__consents", "has_marketing_consent") == (False,)


def test_touches_of_a_member_point_to_the_contact(estate) -> None:
    of_campaign = {"campaign_id": "c1", "member_id": MEMBER}
    estate.land("mailchimp.campaigns", [{"id": "c1", "title": "Spring", "subject_line": "Hi", "send_time": MARCH}])
    estate.land("mailchimp.campaign_recipients", [of_campaign])
    actions = [("open", APRIL), ("open", MAY), ("click", MAY), ("bounce", MARCH)]
    estate.land("mailchimp.campaign_activity", [of_campaign | {"action": a, "occurred_at": t} for a, t in actions])
    estate.land("mailchimp.unsubscribed_members", [left(MAY)])
    assert estate.rows("stg_mailchimp__campaign_touches", "touch_type, occurred_at, contact_id, campaign_id") == [
        ("bounced", MARCH, IVA, "mailchimp:c1"),
        ("clicked", MAY, IVA, "mailchimp:c1"),
        ("opened", APRIL, IVA, "mailchimp:c1"),
        ("opened", MAY, IVA, "mailchimp:c1"),
        ("sent", MARCH, IVA, "mailchimp:c1"),
        ("unsubscribed", MAY, IVA, "mailchimp:c1"),
    ]
    ids = estate.rows("stg_mailchimp__campaign_touches", "touch_id")
    assert len(set(ids)) == 6


def test_leaving_without_a_campaign_is_a_touch_of_no_campaign(estate) -> None:
    estate.land("mailchimp.unsubscribed_members", [left(MAY) | {"unsub_campaign_id": None}])
    assert estate.row("stg_mailchimp__campaign_touches", "touch_type, campaign_id, contact_id") == (
        "unsubscribed",
        None,
        IVA,
    )


def test_an_activity_exported_twice_is_one_touch(estate) -> None:
    opened = {"campaign_id": "c1", "member_id": MEMBER, "action": "open", "occurred_at": MAY}
    estate.land("mailchimp.campaign_activity", [opened], load="a")
    estate.land("mailchimp.campaign_activity", [opened], load="b", night=1)
    assert len(estate.rows("stg_mailchimp__campaign_touches", "touch_id")) == 1


ODE = f"mailchimp:{md5(b'ode@mail.example').hexdigest()}"


def test_pulled_members_are_contacts_and_only_subscribers_have_consented(exported) -> None:
    estate = exported("mailchimp")
    assert {load.rows_quarantined for load in estate.loads} == {0}
    columns = "contact_id, email, full_name, phone, country"
    assert sorted(estate.rows("stg_mailchimp__contacts", columns)) == sorted(
        [(IVA, "iva@shop.example", "Iva Lund", "+4930123", "DE"), (ODE, "ode@mail.example", None, None, None)]
    )
    consents = estate.rows("stg_mailchimp__consents", "contact_id, has_marketing_consent, changed_at")
    assert sorted(consents) == sorted([(IVA, True, datetime(2026, 5, 2, 8)), (ODE, False, datetime(2026, 6, 1))])


def test_pulled_reports_are_touches_and_two_clicks_in_a_second_are_one(exported) -> None:
    estate = exported("mailchimp")
    found = estate.rows("stg_mailchimp__campaign_touches", "occurred_at, touch_type, contact_id")
    assert sorted(found, key=str) == sorted(
        [
            (datetime(2026, 10, 1, 9), "sent", IVA),
            (datetime(2026, 10, 1, 9), "sent", ODE),
            (datetime(2026, 10, 1, 9, 0, 5), "bounced", ODE),
            (datetime(2026, 10, 1, 10), "opened", IVA),
            (datetime(2026, 10, 1, 10, 1), "clicked", IVA),
            (datetime(2026, 10, 2, 10), "unsubscribed", IVA),
        ],
        key=str,
    )


def test_a_campaign_and_a_touch_that_were_exported_and_pulled_are_one(exported) -> None:
    estate = exported("mailchimp")
    opened = {"campaign_id": "c9", "member_id": MEMBER, "action": "open", "occurred_at": datetime(2026, 10, 1, 10)}
    estate.land("mailchimp.campaigns", [{"id": "c9", "title": "Old title"}, {"id": "c1", "title": "May letter"}])
    estate.land("mailchimp.campaign_recipients", [{"campaign_id": "c9", "member_id": MEMBER}])
    estate.land("mailchimp.campaign_activity", [opened])
    assert [row[0] for row in estate.rows("stg_mailchimp__campaigns", "campaign_name")] == [
        "Draft",
        "May letter",
        "October letter",
    ]
    assert len(estate.rows("stg_mailchimp__campaign_touches", "touch_id")) == 6
