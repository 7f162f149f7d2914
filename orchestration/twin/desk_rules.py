"""What the generated helpdesk is set up with: groups, opening hours, holidays, and what it promises.

Belongs here: the objects that Zendesk's API gives for them, and which of them holds for a ticket.
Stays out: tickets (ticket_history), files (writers.zendesk).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from orchestration.twin.names import GROUPS

SUPPORT_HOURS, RETURNS_HOURS = 360_100_001, 360_100_002
POLICY = "Standard promises"
_RETURNS = GROUPS[3][0]
_TARGETS = {
    # Business minutes by priority: to the first reply, to the next one, and of waiting altogether.
    "urgent": (60, 60, 480),
    "high": (240, 240, 960),
    "normal": (480, 480, 1_920),
    "low": (960, 960, 2_880),
}
_METRICS = ("first_reply_time", "next_reply_time", "requester_wait_time")


def schedule_of(group_id: int) -> int:
    """The opening hours under which the tickets of a group run: the returns desk sits in another time zone."""
    return RETURNS_HOURS if group_id == _RETURNS else SUPPORT_HOURS


def target_event(metric: str, priority: str, replaced: str | None = None) -> dict:
    """The promise that a priority brings, as a field of an audit; `replaced` is the priority before."""

    def target(of: str) -> dict:
        return {"minutes": _TARGETS[of][_METRICS.index(metric)], "in_business_hours": True}

    event = {"field_name": metric, "value": target(priority)}
    if replaced is not None:
        event["previous_value"] = target(replaced)
    return event | {"via": {"channel": "rule", "source": {"rel": "sla_target_change"}, "current_sla_policy": POLICY}}


def setup(start: date, as_of: date) -> dict[str, list[dict]]:
    """The objects of every file that does not grow with the customers."""
    changed = datetime(start.year, start.month, start.day, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    stamps = {"created_at": changed, "updated_at": changed}
    schedules = [
        (SUPPORT_HOURS, "Support", "Central Time (US & Canada)", (range(1, 6), 8, 20), (range(6, 7), 9, 14)),
        (RETURNS_HOURS, "Returns desk", "Pacific Time (US & Canada)", (range(1, 6), 8, 17)),
    ]
    policy_metrics = [
        {"priority": priority, "metric": metric, "target": target, "business_hours": True}
        for priority, targets in _TARGETS.items()
        for metric, target in zip(_METRICS, targets, strict=True)
    ]
    return {
        "groups": [{"id": number, "name": name, "deleted": False, **stamps} for number, name in GROUPS],
        "schedules": [
            {"id": number, "name": name, "time_zone": zone, "intervals": _intervals(*hours), **stamps}
            for number, name, zone, *hours in schedules
        ],
        "holidays": _holidays(start.year, as_of.year),
        "sla_policies": [
            {"id": 360_200_001, "title": POLICY, "description": None, "position": 1, "filter": {"all": [], "any": []}}
            | {"policy_metrics": policy_metrics, **stamps}
        ],
    }


def _intervals(*hours: tuple[range, int, int]) -> list[dict]:
    """Minutes since Sunday 00:00, as Zendesk counts them."""
    return [
        {"start_time": day * 1_440 + opens * 60, "end_time": day * 1_440 + closes * 60}
        for days, opens, closes in hours
        for day in days
    ]


def _holidays(first_year: int, last_year: int) -> list[dict]:
    found = []
    for year in range(first_year, last_year + 1):
        november = date(year, 11, 1)
        thanksgiving = november + timedelta(days=(3 - november.weekday()) % 7 + 21)
        days = [
            ("New Year", date(year, 1, 1)), ("Independence Day", date(year, 7, 4)),
            ("Thanksgiving", thanksgiving), ("Christmas", date(year, 12, 25)),
        ]  # fmt: skip
        for name, day in days:
            for schedule in (SUPPORT_HOURS, RETURNS_HOURS):
                number = 360_300_001 + len(found)
                when = {"start_date": day.isoformat(), "end_date": day.isoformat()}
                found.append({"id": number, "schedule_id": schedule, "name": name, **when})
    return found
