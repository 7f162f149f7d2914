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
