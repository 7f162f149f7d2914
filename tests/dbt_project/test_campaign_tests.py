"""agg_campaign_variants and agg_campaign_holdouts: what a test of versions, or leaving people out, really shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

SENT = "2026-08-01 09:00:00"


def member(number: int) -> str:
    return hashlib.md5(f"p{number}@mail.example".encode()).hexdigest()


def bought(number: int, day: str) -> dict:
    line = {"lineitem_name": "Tea", "lineitem_quantity": 1, "lineitem_price": 9, "total": 9}
    name = f"{number}-{day}"
    return line | {
        "order_name": f"#{name}",
        "order_id": name,
        "email": f"p{number}@mail.example",
        "created_at": f"{day} 12:00:00",
    }


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    """154 members: campaign c1 goes to 70 in version A and 80 in version B, of whom 56 and 48 click; 4 are left out.

    Of the 150 mailed every third buys in the month after and none before; of the left out none after and one before.
    """
    versions = {n: "A" if n < 70 else "B" for n in range(150)}
    clicks = [*range(56), *range(70, 118)]
    one = {"campaign_id": "c1", "action": "click", "occurred_at": "2026-08-02 09:00:00"}
    estate = make_estate(
        {
            "mailchimp.campaigns": [{"id": "c1", "send_time": SENT}, {"id": "c2", "send_time": SENT}],
            "mailchimp.subscribed_members": [
                {"email_address": f"p{n}@mail.example", "optin_time": "2026-01-01", "last_changed": "2026-01-01"}
                for n in range(154)
            ]
            + [{"email_address": "late@mail.example", "optin_time": "2026-09-01", "last_changed": "2026-09-01"}],
            "mailchimp.unsubscribed_members": [
                {"email_address": "gone@mail.example", "optin_time": "2026-01-01"}
                | {"unsub_time": "2026-07-01", "last_changed": "2026-07-01"}
            ],
            "mailchimp.campaign_recipients": [
                *({"campaign_id": "c1", "member_id": member(n), "combination_id": v} for n, v in versions.items()),
                *({"campaign_id": "c2", "member_id": member(n)} for n in range(10)),
            ],
            "mailchimp.campaign_activity": [one | {"member_id": member(n)} for n in clicks],
            "shopify.orders": [
                *(bought(n, "2026-08-20") for n in range(0, 150, 3)),
                bought(1, "2026-09-05"),
                bought(153, "2026-07-20"),
            ],
        }
    )
    estate.build_models("+agg_campaign_variants", "+agg_campaign_holdouts")
    return estate


def test_two_versions_are_compared_with_the_interval_of_newcombe(estate: Any) -> None:
    """56 of 70 less 48 of 80 is the first example of his paper, where method 10 gives 0.0524 to 0.3339."""
    found = estate.query("""
        select variant_name, count_sent, count_successes, round(difference, 4), round(difference_low, 4),
            round(difference_high, 4), verdict
        from marts.agg_campaign_variants where measure = 'clicked' order by 1
    """)
    assert found == [("A", 70, 56, None, None, None, None), ("B", 80, 48, -0.2, -0.3339, -0.0524, "worse")]


def test_what_spans_zero_is_not_decided_and_what_nobody_records_is_not_compared(estate: Any) -> None:
    """24 of 70 and 26 of 80 bought; opens are not recorded. c2 had one version."""
    found = estate.query("""
        select measure, count_successes, verdict from marts.agg_campaign_variants where not is_reference order by 1
    """)
    assert found == [("clicked", 48, "worse"), ("ordered", 26, "not decided")]
    assert estate.query("select distinct campaign_id from marts.agg_campaign_variants") == [("mailchimp:c1",)]


def test_the_left_out_are_the_members_of_that_day_who_got_no_mail(estate: Any) -> None:
    """Who came later or had left was not on the list; c2 went to the smaller part, which is a segment."""
    found = estate.query("""
        select campaign_id, count_mailed, count_left_out, count_mailed_ordered, count_left_out_ordered, difference
        from marts.agg_campaign_holdouts
    """)
    assert found == [("mailchimp:c1", 150, 4, 50, 0, 1 / 3)]


def test_the_left_out_were_alike_before_or_not(estate: Any) -> None:
    """One of the four left out bought in the month before, of the mailed none: these are other people."""
    before = estate.query("select difference_before, is_alike_before from marts.agg_campaign_holdouts")
    assert before == [(-0.25, False)]
