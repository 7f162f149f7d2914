"""How, when and how often customers are contacted, what too much of it does, and who is left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

AS_OF_DATE = date(2026, 11, 1)


def email(name: str) -> str:
    return f"{name}@mail.example"


def member(name: str) -> str:
    return hashlib.md5(email(name).encode()).hexdigest()


def customer(name: str) -> str:
    return "cus_" + hashlib.md5(f"email:{email(name)}".encode()).hexdigest()[:16]


def ago(days: int, time: str = "12:00:00") -> str:
    return f"{AS_OF_DATE - timedelta(days)} {time}"


PEOPLE = {"caller": "US", "writer": "Germany", "pressed": "US", "gone": "US", "mover": "US"}
"""With their countries: one clock or several."""


def calls(name: str, direction: str, outcome: str, *moments: str) -> list[dict]:
    contact = str(list(PEOPLE).index(name))
    return [
        {"activity_type": "CALL", "direction": direction, "outcome": outcome, "activity_date": moment}
        | {"associated_contact_ids": contact, "activity_id": f"{name}{direction}{outcome}{number}"}
        for number, moment in enumerate(moments)
    ]


def habit(name: str, probability: float = 0.6, as_of_date: date = AS_OF_DATE, **what: object) -> dict:
    said = {"as_of_date": as_of_date, "probability": probability, "odds_ratio": 2.0}
    return {"customer_id": customer(name), **said, **what}


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    # Ten mailings a week apart; `pressed` gets five more in the last week, one of which bounces.
    weekly = [(f"c{n}", ago(7 * n + 3)) for n in range(1, 11)]
    daily = [(f"d{n}", ago(n)) for n in range(1, 6)]
    received = [(c, name) for c, _ in weekly for name in ("writer", "pressed")] + [(c, "pressed") for c, _ in daily]
    tickets = [
        {"id": n, "requester_id": 1, "created_at": at, "updated_at": at, "status": "solved", "via": {"channel": via}}
        for n, (at, via) in enumerate(
            [
                (ago(20, "09:10:00"), "email"),
                (ago(40, "09:50:00"), "email"),
                (ago(60, "09:30:00"), "web"),
                (ago(80, "10:05:00"), "email"),
                (ago(400, "22:00:00"), "chat"),
            ]
        )
    ]
    estate = make_estate(
        {
            "hubspot.contacts": [
                {"record_id": str(n), "email": email(name), "country_region": country, "contact_owner": "Kim Lee"}
                | {"create_date": ago(900), "last_activity_date": ago(200)}
                for n, (name, country) in enumerate(PEOPLE.items())
            ]
            # The same person moved: the newer record names a country whose clocks differ.
            + [{"record_id": "9", "email": email("mover"), "country_region": "DE", "create_date": ago(950)}],
            "hubspot.engagements": [
                *calls("caller", "OUTBOUND", "Connected", ago(30, "15:10:00"), ago(2, "15:20:00")),
                *calls("caller", "OUTBOUND", "No answer", ago(50, "08:00:00")),
                *calls("caller", "INBOUND", "", ago(70, "14:30:00"), ago(90, "16:00:00")),
                *calls("mover", "INBOUND", "", ago(5, "14:30:00")),
                {
                    "activity_id": "m",
                    "activity_type": "MEETING",
                    "activity_date": ago(3),
                    "associated_contact_ids": "2",
                },
            ],
            "zendesk.users": [{"id": 1, "role": "end-user", "email": email("writer")}],
            "zendesk.tickets": tickets,
            "mailchimp.campaigns": [{"id": c, "title": c, "send_time": at} for c, at in weekly + daily],
            "mailchimp.campaign_recipients": [{"campaign_id": c, "member_id": member(name)} for c, name in received],
            "mailchimp.campaign_activity": [
                {"campaign_id": c, "member_id": member(name), "action": action, "occurred_at": at}
                for c, name, action, at in [
                    ("c1", "writer", "click", ago(9)),
                    ("c1", "writer", "open", ago(9)),
                    ("c2", "writer", "click", ago(9)),
                    ("c3", "pressed", "open", ago(23)),
                    ("d5", "pressed", "bounce", ago(5)),
                ]
            ],
            "mailchimp.unsubscribed_members": [
                {"email_address": email("gone"), "unsub_time": ago(100), "last_changed": ago(100)}
                | {"unsub_campaign_id": "c5"}
            ],
            "nps_survey.responses": [
                {"response_id": "1", "email": email("pressed"), "score": 9, "submitted_at": ago(6)}
            ],
            "shopify.customers": [
                {"customer_id": "7", "email": email("unticked"), "accepts_email_marketing": False},
            ],
        }
    )
    yesterday = AS_OF_DATE - timedelta(1)
    channels = [
        habit("writer", channel="email"),
        habit("caller", probability=0.4, channel="phone"),
        habit("mover", as_of_date=yesterday, channel="phone"),
    ]
    hours = [habit("caller", hour=15), habit("writer", hour=11, odds_ratio=1.2)]
    estate.write_scores({"best_channel": channels, "best_hour": hours})
    estate.build_models("+quiet_customers", "+agg_contact_fatigue", "ftr_own_contacts")
    return estate


@pytest.fixture(scope="module")
def customers(estate: Any) -> dict[str, dict]:
    found = estate.rows("marts.dim_customers", "customer_id")
    return {name: found[customer(name)] for name in [*PEOPLE, "unticked"]}


def test_pressure_is_one_count_over_all_teams_of_what_reached_the_customer(customers: dict, estate: Any) -> None:
    pressed = customers["pressed"]
    assert pressed["count_touches_7d"] == 6, "four mailings, a meeting, a survey; one mailing bounced"
    assert pressed["count_touches_30d"] == 9, "and the weekly mailings of 10, 17 and 24 days ago"
    kinds = estate.rows("marts.agg_customer_contacts", "customer_id")[customer("pressed")]
    assert [kinds[f"count_{kind}_touches_30d"] for kind in ("marketing", "sales", "support", "survey")] == [7, 1, 0, 1]
    assert customers["caller"]["count_touches_7d"] == 1, "what customers do themselves is no pressure"
    assert customers["unticked"]["count_touches_30d"] == 0


def test_channels_are_ranked_by_own_contacts_not_by_what_was_sent(customers: dict, estate: Any) -> None:
    assert customers["caller"]["ranked_channel_affinity"] == "phone"
    assert customers["caller"]["count_own_contacts"] == 4, "two calls taken, two made; one was not answered"
    assert customers["writer"]["ranked_channel_affinity"] == "email,web"
    assert customers["writer"]["count_own_contacts"] == 4, "the chat of last year is a habit of last year"


def test_a_channel_or_an_hour_is_the_best_where_a_score_of_tonight_is_clear_about_it(customers: dict) -> None:
    found = {name: (row["best_channel"], row["best_contact_hour"]) for name, row in customers.items()}
    assert found["writer"] == ("email", None), "most people come around eleven"
    assert found["caller"] == (None, 15), "two in five is not clear"
    assert found["mover"] == (None, None), "what was said yesterday is not shown as today's"


def test_whoever_only_got_mail_has_no_best_channel_and_no_hour(customers: dict) -> None:
    for column in ("ranked_channel_affinity", "best_channel", "best_contact_hour", "contact_timezone"):
        assert customers["pressed"][column] is None
    assert customers["pressed"]["count_own_contacts"] == 0


def test_models_learn_from_every_contact_of_ones_own_accord_in_the_customers_own_time(
    customers: dict, estate: Any
) -> None:
    rows = estate.query("select customer_id, channel, hour from features.ftr_own_contacts")
    found = {name: sorted((c, h) for who, c, h in rows if who == customer(name)) for name in PEOPLE}
    assert customers["writer"]["contact_timezone"] == "Europe/Berlin"
    assert found["writer"] == [("chat", 0), ("email", 11), ("email", 11), ("email", 12), ("web", 11)], (
        "9 UTC is 11 in summer; the chat of last year was at 22 UTC"
    )
    assert customers["caller"]["contact_timezone"] == "UTC", "where in the US is not known"
    assert found["caller"] == [("phone", 14), ("phone", 15), ("phone", 15), ("phone", 16)], "nobody answered at 8"
    assert customers["mover"]["contact_timezone"] == "UTC", "the newer record says US; that of Germany is past"
    assert not found["pressed"] + found["gone"], "mailings and surveys are no contact of their own accord"


def test_fatigue_counts_touches_before_each_mailing_and_answers_within_a_week(estate: Any) -> None:
    curve = estate.rows("marts.agg_contact_fatigue", "touches_before")
    # Weekly mailings at noon: the one a week before to the second counts, so all but the first follow another.
    assert {before: row["count_mailings"] for before, row in curve.items()} == {0: 2, 1: 18}
    assert curve[1]["count_responded"] == 1, "opens do not count, nor a click after more than a week"
    assert curve[1]["responded_share"] == pytest.approx(1 / 18)
    assert curve[1]["responded_share_low"] == pytest.approx(0.009873, abs=1e-5), "Wilson, 1 of 18"
    assert curve[1]["responded_share_high"] == pytest.approx(0.257578, abs=1e-5)


def test_quiet_zones_name_every_reason(estate: Any) -> None:
    quiet = {row[0]: row[1] for row in estate.query("select customer_id, reason from segments.quiet_customers")}
    assert quiet == {
        customer("pressed"): "heard from us 6 times in the last 7 days",
        customer("gone"): "said no to marketing",
    }


def test_an_unticked_box_is_neither_consent_nor_a_no(customers: dict) -> None:
    assert customers["unticked"]["has_marketing_consent"] is False
    assert customers["unticked"]["has_opted_out"] is False
    assert customers["gone"]["has_opted_out"] is True


def test_the_owner_is_shown(customers: dict) -> None:
    assert customers["caller"]["owner_id"] == "hubspot:Kim Lee"
