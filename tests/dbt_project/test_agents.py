"""dim_agents and fct_agent_credits: credit goes to the agent, team and role of the moment, whatever they are today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

LEAVER, HEIR, PROMOTED, CUSTOMER = 900, 901, 902, 10
MARCH, JUNE = "2026-03-01 00:00:00", "2026-06-01 00:00:00"


def user(number: int, role: str, updated_at: str) -> dict:
    return {"id": number, "name": f"Person {number}", "role": role, "updated_at": updated_at}


def comment(number: int, author: int, at: str) -> dict:
    return {"id": number, "author_id": author, "created_at": at.replace(" ", "T") + "Z", "public": True}


def audit(number: int, ticket: int, at: str, **fields: object) -> dict:
    events = [{"type": "Change", "field_name": field, "value": str(value)} for field, value in fields.items()]
    return {"id": number, "ticket_id": ticket, "created_at": at, "events": events}


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    opened, solved = "2026-05-01 09:00:00", "2026-05-01 12:00:00"
    tickets = [
        {"id": 1, "status": "solved", "assignee_id": HEIR, "group_id": 8, "requester_id": CUSTOMER}
        | {"created_at": opened, "updated_at": "2026-07-01 00:00:00"}
        | {"comments": [comment(1, CUSTOMER, opened), comment(2, LEAVER, "2026-05-01 10:00:00")]}
    ]
    audits = [
        audit(1, 1, opened, status="open", assignee_id=LEAVER, group_id=7),
        audit(2, 1, solved, status="solved"),
        # Everything that the leaver had is given to somebody else, long after.
        audit(3, 1, "2026-06-15 00:00:00", assignee_id=HEIR, group_id=8),
    ]
    rating = {"id": 1, "ticket_id": 1, "requester_id": CUSTOMER, "assignee_id": HEIR, "score": "bad"}
    estate = make_estate(
        {
            "zendesk.users": [
                user(LEAVER, "agent", "2026-01-01 00:00:00"),
                user(HEIR, "agent", "2026-01-01 00:00:00"),
                user(PROMOTED, "agent", "2026-01-01 00:00:00"),
                user(PROMOTED, "admin", MARCH),
                user(LEAVER, "end-user", JUNE),
                user(CUSTOMER, "end-user", "2026-01-01 00:00:00"),
            ],
            "zendesk.tickets": tickets,
            "zendesk.ticket_audits": audits,
            "zendesk.satisfaction_ratings": [
                rating | {"created_at": "2026-05-02 09:00:00", "updated_at": "2026-05-02 09:00:00"}
            ],
            "zendesk.groups": [{"id": 7, "name": "Returns"}, {"id": 8, "name": "Billing"}],
            "freshdesk.tickets": [
                {"ticket_id": 5, "status": "Open", "agent": "A. Nother", "created_time": opened, "group": "Tier 1"}
            ],
        }
    )
    estate.build_models("+fct_agent_credits", "+dim_teams", "+pii_agents")
    return estate


def test_what_a_leaver_wrote_stays_an_answer(estate: Any) -> None:
    ticket = estate.rows("marts.fct_tickets", "ticket_id")["zendesk:1"]
    assert ticket["count_public_agent_comments"] == 1
    assert ticket["first_reply_time_calendar_minutes"] == 60


def test_credit_stays_with_agent_team_and_role_of_the_moment(estate: Any) -> None:
    credits = estate.rows("marts.fct_agent_credits", "credit_type")
    assert set(credits) == {"first_reply", "solution", "rating"}
    for credit in credits.values():
        assert credit["agent_id"] == f"zendesk:{LEAVER}"
        assert credit["team_id"] == "zendesk:7"
        assert credit["role_in_force"] == "agent"
    assert credits["first_reply"]["calendar_minutes"] == 60
    assert (credits["solution"]["calendar_minutes"], credits["solution"]["is_good"]) == (180, True)
    assert credits["rating"]["is_good"] is False


def test_a_role_has_a_history(estate: Any) -> None:
    roles = """select agent_id, role, valid_from_at, valid_until_at, is_current from marts.dim_agents
        where source_name = 'zendesk' order by agent_id, valid_from_at nulls first"""
    assert estate.query(roles) == [
        (f"zendesk:{LEAVER}", "agent", None, datetime(2026, 6, 1), False),
        (f"zendesk:{HEIR}", "agent", None, None, True),
        (f"zendesk:{PROMOTED}", "agent", None, datetime(2026, 3, 1), False),
        (f"zendesk:{PROMOTED}", "admin", datetime(2026, 3, 1), None, True),
    ]


def test_a_helpdesk_without_history_of_roles_has_the_role_of_today(estate: Any) -> None:
    found = "select agent_id, role, team_name, is_current from marts.dim_agents where source_name = 'freshdesk'"
    assert estate.query(found) == [("freshdesk:A. Nother", "agent", "Tier 1", True)]


def test_teams_have_names_and_names_of_people_stay_apart(estate: Any) -> None:
    assert estate.query("select team_name from marts.dim_teams order by all") == [("Billing",), ("Returns",)]
    names = estate.query("select agent_name from pii.pii_agents where agent_id = 'zendesk:901'")
    assert names == [("Person 901",)]
