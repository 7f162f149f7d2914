"""What teams owe customers, who had to explain again, and what surveys say: with n, interval and response rate."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from math import sqrt
from typing import Any

import pytest

AS_OF_DATE = date(2026, 11, 1)
STAFF = 900


def customer(name: str) -> str:
    return "cus_" + hashlib.md5(f"email:{name}@mail.example".encode()).hexdigest()[:16]


def ago(days: float, hours: int = 12) -> str:
    return f"{AS_OF_DATE - timedelta(days)} {hours:02d}:00:00"


def ticket(number: int, requester: int, created: str, **columns: object) -> dict:
    return {"id": number, "requester_id": requester, "created_at": created, "updated_at": created} | {
        "status": "solved",
        "via": {"channel": "email"},
        **columns,
    }


def said(author: int, at: str, number: int) -> dict:
    return {"id": number, "author_id": author, "created_at": at, "public": True}


def audit(number: int, of_ticket: int, at: str, **changes: object) -> dict:
    events = [{"type": "Change", "field_name": name, "value": value} for name, value in changes.items()]
    return {"id": number, "ticket_id": of_ticket, "created_at": at, "events": events}


def nps(number: int, name: str, score: int, at: str) -> dict:
    return {"response_id": str(number), "email": f"{name}@mail.example", "score": score, "submitted_at": at}


def rating(number: int, of_ticket: int, score: str, at: str, requester: int = 1) -> dict:
    asked = {"id": number, "ticket_id": of_ticket, "requester_id": requester, "score": score}
    return asked | {"created_at": at, "updated_at": at}


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    tickets = [
        # Ann: billing by mail, then by phone a week later, then by phone again after a month.
        ticket(1, 1, ago(60), tags=["billing"]),
        ticket(2, 1, ago(53), tags=["Billing"], via={"channel": "phone"}),
        ticket(3, 1, ago(20), tags=["billing"]),
        # Ben: one ticket that is handed to another desk, after which he has to say it once more.
        ticket(4, 2, ago(30), comments=[said(2, ago(30), 41), said(STAFF, ago(29), 42), said(2, ago(28), 43)]),
        # Cia waits for an answer; Dan has one.
        ticket(
            5, 3, ago(5), status="open", comments=[said(3, ago(5), 51), said(STAFF, ago(4), 52), said(3, ago(3), 53)]
        ),
        ticket(6, 4, ago(1), status="open", comments=[said(4, ago(1), 61), said(STAFF, ago(1, 15), 62)]),
    ]
    task = {"activity_type": "TASK", "associated_contact_ids": "1"}
    estate = make_estate(
        {
            "zendesk.users": [
                *[
                    {"id": n, "role": "end-user", "email": f"{name}@mail.example"}
                    for n, name in enumerate(("ann", "ben", "cia", "dan"), start=1)
                ],
                {"id": STAFF, "role": "agent", "email": "agent@shop.example"},
            ],
            "zendesk.tickets": tickets,
            "zendesk.ticket_audits": [
                audit(1, 4, ago(30), group_id=7),
                audit(2, 4, ago(29, 18), group_id=8),
            ],
            "zendesk.satisfaction_ratings": [
                rating(1, 1, "bad", ago(58)),
                rating(2, 2, "good", ago(50)),
                rating(3, 3, "offered", ago(18)),
                rating(4, 4, "bad", ago(20), requester=2),
                # He has changed his mind; the ticket counts once.
                rating(5, 4, "good", ago(19), requester=2),
            ],
            "nps_survey.responses": [
                nps(1, "ann", 0, ago(80)),
                nps(2, "ann", 10, ago(10)),
                nps(3, "ben", 9, ago(40)),
                nps(4, "cia", 7, ago(40)),
                nps(5, "dan", 3, ago(20)),
                nps(6, "eve", 2, ago(9)),
                nps(7, "eve", 9, ago(0)),
            ],
            "hubspot.companies": [{"record_id": "70", "company_name": "Brightwater"}],
            "hubspot.contacts": [
                {"record_id": "1", "email": "ann@mail.example", "associated_company": "Brightwater"},
                {"record_id": "2", "email": "ben@mail.example", "associated_company": "Brightwater"},
            ],
            "shopify.orders": [
                {"order_id": str(n), "order_name": f"#{n}", "email": f"{name}@mail.example", "created_at": ago(100 + n)}
                | {"total": total, "currency": currency, "lineitem_name": "Tea", "lineitem_quantity": 1}
                | {"lineitem_price": total}
                for n, (name, total, currency) in enumerate(
                    [("ann", 100, "USD"), *3 * [("ben", 20, "USD")], ("ben", 9000, "JPY")]
                )
            ],
            "hubspot.engagements": [
                task | {"activity_id": "1", "activity_date": ago(3), "outcome": "Not started"},
                task | {"activity_id": "2", "activity_date": ago(-4), "outcome": "Not started"},
                task | {"activity_id": "3", "activity_date": ago(9), "outcome": "Completed"},
            ],
            "zoho.tasks": [
                {"record_id": "z", "status": "Completed", "due_date": "2026-10-30", "created_time": ago(9)}
                | {"closed_time": ago(-1)},
            ],
        }
    )
    estate.build_models("+fct_follow_ups", "+fct_repeat_stories", "+agg_survey_scores", "+dim_accounts")
    return estate


@pytest.fixture(scope="module")
def owed(estate: Any) -> dict[str, dict]:
    return estate.rows("marts.fct_follow_ups", "follow_up_id")


def test_what_is_owed_names_team_day_and_delay(owed: dict) -> None:
    found = {name: (row["team"], row["due_date"], row["is_overdue"], row["overdue_days"]) for name, row in owed.items()}
    assert found == {
        "task:hubspot:1": ("sales", date(2026, 10, 29), True, 3),
        "task:hubspot:2": ("sales", date(2026, 11, 5), False, None),
        "task:zoho:z": ("sales", date(2026, 10, 30), True, 2),
        "answer:zendesk:5": ("support", date(2026, 10, 30), True, 2),
        "unhappy:nps_survey:6": ("marketing", date(2026, 10, 25), True, 7),
    }


def test_a_task_ticked_off_later_was_still_open(owed: dict) -> None:
    assert "task:zoho:z" in owed
    assert "task:hubspot:3" not in owed


def test_an_answered_ticket_and_an_unhappy_customer_spoken_to_are_not_owed(owed: dict) -> None:
    assert "answer:zendesk:6" not in owed
    assert "unhappy:nps_survey:5" not in owed, "Dan got an answer on his ticket after he had been unhappy"
    assert "unhappy:zendesk:4" not in owed, "Ben has changed his mind"


def test_a_story_told_again_names_both_places(estate: Any) -> None:
    stories = estate.rows("marts.fct_repeat_stories", "story_id")
    assert set(stories) == {"handed over:zendesk:43", "other channel:zendesk:2"}, "a month later is a new story"
    ann = stories["other channel:zendesk:2"]
    assert (ann["customer_id"], ann["topic"], ann["days_between"]) == (customer("ann"), "billing", 7)
    assert (ann["first_ticket_id"], ann["first_channel"], ann["again_channel"]) == ("zendesk:1", "email", "phone")
    ben = stories["handed over:zendesk:43"]
    assert (ben["customer_id"], ben["first_desk"], ben["again_desk"]) == (customer("ben"), "zendesk:7", "zendesk:8")
    assert ben["days_between"] == pytest.approx(18 / 24)


@pytest.fixture(scope="module")
def scores(estate: Any) -> dict[str, dict]:
    return estate.rows("marts.agg_survey_scores", "survey_window_id")


def test_nps_counts_the_last_answer_of_each_person_in_the_window(scores: dict) -> None:
    quarter = scores["nps last 90 days"]
    assert (quarter["count_answers"], quarter["count_for"], quarter["count_against"]) == (5, 2, 2)
    assert quarter["score"] == 0
    spread = 1.959964 * sqrt((2 + 2 + 2) / 7 / 7)
    assert quarter["score_low"] == pytest.approx(-spread)
    assert quarter["score_high"] == pytest.approx(spread), "adjusted Wald, by hand"
    august = scores["nps 2026-08"]
    assert (august["count_answers"], august["score"]) == (1, -1), "what Ann said then still holds for then"
    assert -1 <= august["score_low"] < august["score_high"] < 1, "one answer leaves much open"


def test_csat_counts_tickets_once_and_knows_who_was_asked(scores: dict) -> None:
    quarter = scores["csat last 90 days"]
    assert (quarter["count_answers"], quarter["count_for"], quarter["count_against"]) == (3, 2, 1)
    assert quarter["score"] == pytest.approx(2 / 3)
    assert (quarter["score_low"], quarter["score_high"]) == pytest.approx((0.2077, 0.9385), abs=1e-4), "Wilson"
    assert (quarter["count_asked"], quarter["response_rate"]) == (4, 3 / 4)
    month = scores["csat last 30 days"]
    assert (month["count_answers"], month["count_asked"]) == (1, 2)


def test_without_questions_on_record_the_response_rate_is_unknown(scores: dict) -> None:
    assert scores["nps last 90 days"]["count_asked"] is None
    assert scores["nps last 90 days"]["response_rate"] is None


def test_months_without_answers_have_no_row(scores: dict) -> None:
    assert "nps 2026-07" not in scores
    assert "csat 2026-06" not in scores


def test_an_organisation_adds_up_facts_never_means(estate: Any) -> None:
    account = estate.rows("marts.dim_accounts", "account_id")["hubspot:70"]
    assert (account["historic_number_of_orders"], account["historic_clv_amount"]) == (5, 160), "yen have no rate here"
    assert account["average_order_value_amount"] == 40, "the mean of its people's means would be 60"
    assert account["csat_share"] is None
