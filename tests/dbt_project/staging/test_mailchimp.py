"""Mailchimp: one word on consent per person, and touches that agree with contacts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from hashlib import md5
from typing import Any

from orchestration.intake.intake import intake

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


REPORTS = """Title,Subject,List,"Send Date","Send Weekday","Total Recipients","Successful Deliveries","Soft Bounces",\
"Hard Bounces","Total Bounces","Times Forwarded","Forwarded Opens","Unique Opens","Open Rate","Total Opens",\
"Unique Clicks","Click Rate","Total Clicks",Unsubscribes,"Abuse Complaints","Times Liked on Facebook","Folder Id",\
"Unique Id","Total Orders","Total Gross Sales","Total Revenue",Visits,Pages/Visit
"Spring letter","Spring, at last",Shop,"Mar 09, 2026 09:30 pm",Monday,110,108,1,1,2,0,0,30,27.78%,57,7,6.48%,7,0,0,\
0,0,17671f6028,0,0,0,n/a,n/a
"May letter","May",Shop,"May 04, 2026 12:05 am",Monday,137,134,1,2,3,0,0,30,22.39%,52,5,3.73%,6,1,0,\
0,0,c1,0,0,0,n/a,n/a
""".replace("\\\n", "")
CLEANED = (
    """"Email Address","First Name",MEMBER_RATING,OPTIN_TIME,LAST_CHANGED,LEID,EUID,TAGS,CLEAN_TIME,\
CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID
Iva@shop.example,Iva,1,"2026-03-01 00:00:00","2026-05-01 00:00:00",7,e7,"""
    + '"""News"""'
    + """,\
"2026-05-01 00:00:00","May letter",c1
""".replace("\\\n", "")
)


def test_a_campaign_tells_its_audience_its_cost_and_who_got_which_version(estate) -> None:
    of_campaign = {"campaign_id": "c1", "member_id": MEMBER}
    estate.land("mailchimp.campaigns", [{"id": "c1", "title": "Spring", "list_id": "l1", "send_time": MARCH}])
    reports = [
        {"unique_id": "c1", "list": "Shop", "campaign_cost": "12.50"},
        {"unique_id": "c2", "list": "Shop", "campaign_cost": "n/a"},
    ]
    estate.land("mailchimp.campaign_reports", reports)
    # Exported by a connector and pulled: one send, whichever of the two knows the version.
    estate.land("mailchimp.campaign_recipients", [of_campaign | {"combination_id": "v2"}])
    estate.land("mailchimp.sent_to", [{"campaign_id": "c1", "email_id": MEMBER, "absplit_group": ""}])
    assert estate.rows("stg_mailchimp__campaigns", "campaign_id, list_name, cost_amount") == [
        ("mailchimp:c1", "Shop", Decimal("12.5")),
        ("mailchimp:c2", "Shop", None),
    ]
    assert estate.row("stg_mailchimp__campaign_touches", "touch_type, variant_name") == ("sent", "v2")


def test_the_export_of_all_reports_names_campaigns_that_nothing_else_knows(estate, source_tables) -> None:
    land_files(estate, {"campaigns.csv": REPORTS}, source_tables)
    estate.land("mailchimp.campaigns", [{"id": "c1", "title": "May, as the connector has it", "send_time": MAY}])
    assert estate.rows("stg_mailchimp__campaigns", "campaign_id, campaign_name, subject_line, sent_at") == [
        ("mailchimp:17671f6028", "Spring letter", "Spring, at last", datetime(2026, 3, 9, 21, 30)),
        ("mailchimp:c1", "May, as the connector has it", None, MAY),
    ]


def test_a_cleaned_member_is_a_contact_who_bounced_and_gets_no_more_mail(estate, source_tables) -> None:
    land_files(estate, {"cleaned_members_export_7.csv": CLEANED}, source_tables)
    estate.land("mailchimp.subscribed_members", [member()])
    assert estate.row("stg_mailchimp__contacts", "contact_id, full_name") == (IVA, "Iva")
    assert estate.row("stg_mailchimp__consents", "has_marketing_consent, changed_at") == (False, MAY)
    touch = "touch_type, occurred_at, campaign_id"
    assert estate.row("stg_mailchimp__campaign_touches", touch) == ("bounced", MAY, "mailchimp:c1")


def land_files(estate, files: dict[str, str], source_tables) -> None:
    """Take these files in as on any night, whole."""
    folder = estate.home / "landing" / "mailchimp"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    loads = intake(estate.home, list(source_tables.values()), datetime(2026, 10, 1))
    assert {(load.status, load.rows_quarantined) for load in loads} == {("loaded", 0)}


def test_the_bounce_that_cleaned_a_member_is_one_touch_where_the_activity_tells_of_it_too(estate) -> None:
    bounced = {"campaign_id": "c1", "member_id": MEMBER, "action": "bounce", "occurred_at": APRIL}
    estate.land("mailchimp.campaign_activity", [bounced])
    estate.land("mailchimp.cleaned_members", [member(changed=MAY, clean_time=MAY, clean_campaign_id="c1")])
    assert estate.row("stg_mailchimp__campaign_touches", "touch_type, occurred_at") == ("bounced", APRIL)


def test_who_never_subscribed_has_not_consented(estate) -> None:
    estate.land("mailchimp.nonsubscribed_members", [member(changed=APRIL)])
    assert estate.row("stg_mailchimp__consents", "contact_id, has_marketing_consent") == (IVA, False)


def test_mails_of_an_automation_are_touches_of_a_campaign_without_a_day(estate) -> None:
    of_mail = {"automation_mail_id": "a1", "member_id": MEMBER}
    estate.land("mailchimp.automation_emails", [{"id": "a1", "title": "Welcome", "send_time": MAY}])
    estate.land("mailchimp.automation_recipients", [of_mail])
    estate.land("mailchimp.automation_activity", [of_mail | {"action": "open", "occurred_at": APRIL}])
    assert estate.row("stg_mailchimp__campaigns", "campaign_id, sent_at") == ("mailchimp:a1", None)
    assert estate.rows("stg_mailchimp__campaign_touches", "touch_type, occurred_at, campaign_id") == [
        ("opened", APRIL, "mailchimp:a1"),
        ("sent", None, "mailchimp:a1"),
    ]
