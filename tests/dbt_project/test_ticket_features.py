"""fct_ticket_events, ftr_ticket_snapshots, lbl_ticket_outcomes: a ticket as it was, and whether it escalated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

CUT = date(2026, 10, 11)
"""A snapshot date three weeks before the run's 2026-11-01, so that its 14 days are over."""
ANN, AGENT = 5, 900
OPENED = "2026-10-04 09:00:00"


def audit(number: int, ticket: int, at: str, **fields: object) -> dict:
    events = [{"type": "Change", "field_name": field, "value": str(value)} for field, value in fields.items()]
    return {"id": number, "ticket_id": ticket, "created_at": at, "events": events}


def comment(number: int, author: int, at: str) -> dict:
    return {"id": number, "author_id": author, "created_at": at.replace(" ", "T") + "Z", "public": True}


def rating(ticket: int, at: str, score: str) -> dict:
    return {"id": ticket, "ticket_id": ticket, "requester_id": ANN, "score": score, "created_at": at, "updated_at": at}


def ticket(number: int, status: str, *comments: dict, **fields: object) -> dict:
    known = {"id": number, "requester_id": 100 + number, "created_at": OPENED, "updated_at": OPENED, "status": status}
    return known | {"comments": list(comments)} | fields


WORDS = [comment(1, ANN, OPENED), comment(2, AGENT, "2026-10-05 09:00:00"), comment(3, ANN, "2026-10-07 09:00:00")]
PAST = [
    # Of Ann: solved and worked on again, the first escalation of this helpdesk.
    audit(1, 1, "2026-10-01 09:00:00", status="open", group_id=7),
    audit(2, 1, "2026-10-02 09:00:00", status="solved"),
    audit(3, 1, "2026-10-03 09:00:00", status="open"),
    audit(4, 1, "2026-10-03 12:00:00", status="solved"),
    # Of Ann too: passed on, answered, and asked again four days before the cut.
    audit(5, 2, OPENED, status="open", priority="normal", group_id=7, assignee_id=AGENT),
    audit(6, 2, "2026-10-05 09:00:00", status="pending", group_id=8),
    audit(7, 2, "2026-10-07 09:00:00", status="open"),
    # Open at the cut; what becomes of them is below.
    *(audit(10 + n, n, OPENED, status="open", priority="normal", group_id=7) for n in range(3, 10)),
    # Solved just before the cut.
    audit(30, 10, OPENED, status="open"),
    audit(31, 10, "2026-10-10 23:59:59", status="solved"),
]
FUTURE = [
    audit(40, 3, "2026-10-11 00:00:00", priority="high"),
    audit(41, 4, "2026-10-20 09:00:00", status="solved"),
    audit(42, 5, "2026-10-25 00:00:00", priority="urgent"),
    audit(43, 6, "2026-10-12 09:00:00", priority="low"),
    audit(44, 7, "2026-10-12 09:00:00", group_id=8),
    audit(45, 8, "2026-10-12 09:00:00", status="solved"),
    audit(46, 8, "2026-10-16 09:00:00", status="closed"),
    audit(47, 9, "2026-10-12 09:00:00", status="solved"),
    audit(48, 9, "2026-10-24 23:59:59", status="open"),
    audit(49, 2, "2026-10-11 09:00:00", status="solved", group_id=7, assignee_id=901),
]
RATINGS = [rating(4, "2026-10-24 23:00:00", "bad"), rating(8, "2026-10-13 09:00:00", "good")]


def export(*, later: bool) -> dict[str, list[dict]]:
    """The helpdesk as it stood at the cut, or as it stands on the day of the run."""
    done = {3: "open", 4: "solved", 5: "open", 6: "open", 7: "open", 8: "closed", 9: "open"}
    said = [*WORDS, *([comment(4, ANN, "2026-10-11 09:00:00")] if later else [])]
    return {
        "zendesk.users": [
            {"id": AGENT, "role": "agent"},
            {"id": 901, "role": "agent"},
            {"id": ANN, "role": "end-user"},
        ],
        "zendesk.tickets": [
            ticket(1, "solved", requester_id=ANN, created_at="2026-10-01 09:00:00"),
            ticket(2, "solved" if later else "open", *said, requester_id=ANN),
            *(ticket(number, status if later else "open") for number, status in done.items()),
            ticket(10, "solved"),
            # Solved, and nothing says when.
            ticket(11, "solved"),
            *([ticket(12, "open", created_at="2026-10-11 00:00:00")] if later else []),
        ],
        "zendesk.ticket_audits": [
            *PAST,
            audit(60, 11, OPENED, status="open"),
            *([*FUTURE, audit(61, 12, "2026-10-11 00:00:00", status="new")] if later else []),
        ],
        "zendesk.satisfaction_ratings": RATINGS if later else [],
    }


@pytest.fixture(scope="module")
def estates(make_estate: Callable) -> tuple[Any, Any]:
    made = []
    for later in (False, True):
        estate = make_estate(export(later=later))
        estate.build_models("+ftr_ticket_snapshots", "+lbl_ticket_outcomes")
        made.append(estate)
    return tuple(made)


def seen(estate: Any) -> list[tuple]:
    return estate.query(f"select * from features.ftr_ticket_snapshots where as_of_date <= date '{CUT}' order by all")


def at_the_cut(estate: Any, columns: str) -> dict[str, tuple]:
    rows = estate.query(
        f"select ticket_id, {columns} from features.ftr_ticket_snapshots where as_of_date = date '{CUT}'"
    )
    return {row[0].removeprefix("zendesk:"): row[1:] for row in rows}


def test_what_became_of_a_ticket_later_changes_nothing_in_its_past(estates: tuple) -> None:
    before, after = estates
    assert len(seen(before)) == 8, "on the second snapshot date; on the first one nothing had come but what was solved"
    assert seen(before) == seen(after)


def test_open_tickets_are_those_whose_last_recorded_status_was_not_solved(estates: tuple) -> None:
    found = at_the_cut(estates[1], "days_since_created")
    assert set(found) == {"2", "3", "4", "5", "6", "7", "8", "9"}, "not 10, solved by then, nor 11, nobody knows when"


def test_a_ticket_is_described_as_it_was(estates: tuple) -> None:
    columns = (
        "days_since_created, days_waiting_for_us, count_teams, count_agents, count_customer_comments, count_replies"
    )
    found = at_the_cut(estates[1], f"{columns}, days_since_customer_comment, hours_to_first_reply, priority_level")
    assert found["2"] == (7, 4, 2, 1, 2, 1, 4, 24.0, 2)
    assert found["3"] == (7, 7, 1, 0, 0, 0, None, None, 2), "waiting since it came, not answered"


def test_the_requesters_other_tickets_count_without_this_one(estates: tuple) -> None:
    found = at_the_cut(estates[1], "count_earlier_tickets, count_earlier_escalations, count_escalations")
    assert found["2"] == (1, 1, 0)
    assert found["3"] == (0, 0, 0)


def test_a_team_is_as_good_as_its_tickets_had_been_by_then(estates: tuple) -> None:
    """Of 11 tickets 1 had escalated, and so had 1 of the 9 that team 7 had had; as if 20 more had gone as usual."""
    found = at_the_cut(estates[1], "team_lift, count_team_backlog, count_backlog")
    assert found["3"] == (pytest.approx((1 + 20 / 11) / (9 + 20) * 11), 7, 8)


def test_an_escalation_is_a_reopening_a_raise_or_a_bad_rating_in_the_window(estates: tuple) -> None:
    rows = estates[1].query(f"""
        select ticket_id, horizon_days, is_escalated from features.lbl_ticket_outcomes
        where as_of_date = date '{CUT}'""")
    assert {horizon for _, horizon, _ in rows} == {14}
    assert {key.removeprefix("zendesk:"): escalated for key, _, escalated in rows} == {
        "2": False,
        "3": True,  # raised on the first moment of the window
        "4": True,  # rated bad on its last day
        "5": False,  # raised on the day after it
        "6": False,  # a lower priority
        "7": False,  # another team
        "8": False,  # solved, closed and rated good
        "9": True,  # worked on again at its last moment
    }


def test_each_escalation_is_named_where_it_happened(estates: tuple) -> None:
    found = estates[1].query(
        "select ticket_id, escalation_type from marts.fct_ticket_events where escalation_type is not null order by all"
    )
    kinds = {3: "raised", 4: "rated bad", 5: "raised", 9: "reopened"}
    assert found == [("zendesk:1", "reopened"), *((f"zendesk:{number}", kind) for number, kind in kinds.items())]


@pytest.mark.parametrize(
    ("model", "honest", "leaking"),
    [
        ("ftr_tickets_at_dates", "dates.as_of_date > events.occurred_at", "dates.as_of_date + 3 > events.occurred_at"),
        ("ftr_tickets_at_dates", "preceding and current row", "preceding and unbounded following"),
        ("ftr_ticket_snapshots", "tickets.as_of_date > {{ alias }}", "tickets.as_of_date + 3 > {{ alias }}"),
    ],
)
def test_a_feature_that_looks_ahead_is_caught(estates: tuple, model: str, honest: str, leaking: str) -> None:
    for estate in estates:
        estate.build_changed(model, honest, leaking, *dict.fromkeys((model, "ftr_ticket_snapshots")))
    before, after = estates
    assert seen(before) != seen(after)
