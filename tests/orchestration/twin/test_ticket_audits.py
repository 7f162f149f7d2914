"""A ticket's audit trail tells its whole story: replayed, it ends in the ticket's own state."""

from __future__ import annotations

import copy
from collections import defaultdict

NEXT = {
    None: {"new", "open"},
    "new": {"open"},
    "open": {"pending", "hold", "solved"},
    "pending": {"open", "solved"},
    "hold": {"open", "pending", "solved"},
    "solved": {"open", "closed"},
    "closed": set(),
}
FIELDS = ("status", "priority", "group_id", "assignee_id")


def trails(audits: list[dict]) -> dict[int, list[dict]]:
    found = defaultdict(list)
    for audit in audits:
        found[audit["ticket_id"]].append(audit)
    return found


def contradictions(tickets: list[dict], audits: list[dict]) -> list[str]:
    """Everything in which the audits of a ticket disagree with themselves or with the ticket."""
    wrong = []
    by_ticket = trails(audits)
    for ticket in tickets:
        state: dict[str, str | None] = dict.fromkeys(FIELDS)
        times = [audit["created_at"] for audit in by_ticket[ticket["id"]]]
        if times != sorted(times) or times[0] != ticket["created_at"]:
            wrong.append(f"{ticket['id']}: times {times}")
        for audit in by_ticket[ticket["id"]]:
            for event in audit["events"]:
                name = event.get("field_name")
                if name not in FIELDS:
                    continue  # opening hours and promises, which no ticket shows
                if event["type"] == "Change" and event["previous_value"] != state[name]:
                    wrong.append(f"{ticket['id']}: {name} was {state[name]}, not {event['previous_value']}")
                if name == "status" and event["value"] not in NEXT[state[name]]:
                    wrong.append(f"{ticket['id']}: {state[name]} -> {event['value']}")
                state[name] = event["value"]
        final = {name: None if ticket[name] is None else str(ticket[name]) for name in FIELDS}
        if state != final:
            wrong.append(f"{ticket['id']}: ends in {state}, the ticket says {final}")
    return wrong


def test_replaying_the_audits_gives_every_tickets_final_state(twin):
    tickets, audits = twin.objects("tickets"), twin.objects("ticket_audits")
    assert len(tickets) > 500
    assert contradictions(tickets, audits) == []
    assert set(trails(audits)) == {ticket["id"] for ticket in tickets}


def test_a_changed_status_a_lost_audit_and_a_swapped_one_are_noticed(twin):
    tickets, audits = twin.objects("tickets"), twin.objects("ticket_audits")
    closed = next(ticket for ticket in tickets if ticket["status"] == "closed")
    other = [{**ticket, "status": "open"} if ticket is closed else ticket for ticket in tickets]
    assert len(contradictions(other, audits)) == 1
    last = max(audit["id"] for audit in audits if audit["ticket_id"] == closed["id"])
    assert contradictions(tickets, [audit for audit in audits if audit["id"] != last])
    poisoned = copy.deepcopy(audits)
    changed = next(event for audit in poisoned for event in audit["events"] if event.get("previous_value") == "open")
    changed["previous_value"] = "hold"
    assert len(contradictions(tickets, poisoned)) == 1


def test_tickets_show_every_status_and_some_come_back(twin):
    tickets, audits = twin.objects("tickets"), twin.objects("ticket_audits")
    seen = {event["value"] for audit in audits for event in audit["events"] if event.get("field_name") == "status"}
    assert seen == {"new", "open", "pending", "hold", "solved", "closed"}
    reopened = {
        audit["ticket_id"]
        for audit in audits
        for event in audit["events"]
        if event.get("field_name") == "status" and (event.get("previous_value"), event["value"]) == ("solved", "open")
    }
    assert 0.04 < len(reopened) / len(tickets) < 0.13
    assert {ticket["via"]["channel"] for ticket in tickets} == {"email", "phone", "chat", "web"}
    topics = {tag for ticket in tickets for tag in ticket["tags"]}
    assert topics == {"delivery", "billing", "product_defect", "account", "returns"}


def test_comments_follow_the_ticket_in_time_and_come_from_known_users(twin):
    roles = {user["id"]: user["role"] for user in twin.objects("users")}
    replies = internal = 0
    for ticket in twin.objects("tickets"):
        times = [comment["created_at"] for comment in ticket["comments"]]
        assert times == sorted(times)
        assert times[0] == ticket["created_at"]
        assert times[-1] <= ticket["updated_at"]
        assert ticket["description"] == ticket["comments"][0]["body"]
        assert roles[ticket["requester_id"]] == "end-user"
        for comment in ticket["comments"]:
            is_agent = roles[comment["author_id"]] in ("agent", "admin")
            assert is_agent or comment["author_id"] == ticket["requester_id"]
            assert comment["public"] or is_agent
            replies += is_agent and comment["public"]
            internal += not comment["public"]
    assert replies > 1_000
    assert internal > 100


def test_a_rating_belongs_to_the_assignee_at_its_moment_and_to_the_tickets_score(twin):
    tickets = {ticket["id"]: ticket for ticket in twin.objects("tickets")}
    by_ticket = trails(twin.objects("ticket_audits"))
    ratings = twin.objects("satisfaction_ratings")
    for rating in ratings:
        assignee = None
        for audit in by_ticket[rating["ticket_id"]]:
            for event in audit["events"]:
                if event.get("field_name") == "assignee_id" and audit["created_at"] <= rating["updated_at"]:
                    assignee = event["value"]
        assert str(rating["assignee_id"]) == assignee
        assert tickets[rating["ticket_id"]]["satisfaction_rating"]["score"] == rating["score"]
    scores = [rating["score"] for rating in ratings]
    assert scores.count("good") > scores.count("bad") > 30
    unrated = set(tickets) - {rating["ticket_id"] for rating in ratings}
    assert {tickets[ticket]["satisfaction_rating"]["score"] for ticket in unrated} == {"unoffered"}


def test_promises_and_opening_hours_follow_priority_and_group(twin):
    by_ticket = trails(twin.objects("ticket_audits"))
    promised, scheduled = set(), set()
    for audits in by_ticket.values():
        opening = {event.get("field_name", event["type"]) for event in audits[0]["events"]}
        assert {"priority", "requester_wait_time", "ScheduleAssignment"} <= opening
        for event in (event for audit in audits for event in audit["events"]):
            if "via" in event:
                promised.add((event["field_name"], event["value"]["minutes"], event["via"]["current_sla_policy"]))
            scheduled.add(event.get("new_schedule_id"))
    assert {metric for metric, _, _ in promised} == {"first_reply_time", "next_reply_time", "requester_wait_time"}
    assert len({minutes for metric, minutes, _ in promised if metric == "requester_wait_time"}) == 4
    assert len(scheduled - {None}) == 2


def test_the_metric_set_of_a_ticket_counts_what_its_comments_and_audits_show(twin):
    tickets = {ticket["id"]: ticket for ticket in twin.objects("tickets")}
    by_ticket = trails(twin.objects("ticket_audits"))
    staff = {user["id"] for user in twin.objects("users") if user["role"] != "end-user"}
    for found in twin.objects("ticket_metrics"):
        said = tickets[found["ticket_id"]]["comments"]
        assert found["replies"] == sum(comment["public"] and comment["author_id"] in staff for comment in said)
        events = [event for audit in by_ticket[found["ticket_id"]] for event in audit["events"]]
        back = [e for e in events if e.get("field_name") == "status" and e.get("previous_value") == "solved"]
        assert found["reopens"] == sum(event["value"] == "open" for event in back)
