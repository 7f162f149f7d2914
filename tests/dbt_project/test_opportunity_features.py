"""ftr_opportunity_snapshots and lbl_opportunity_outcomes: a deal as it was, and whether it was won in the window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

CUT = date(2026, 8, 3)
"""A snapshot date, 90 days before the run's 2026-11-01; the second estate differs by what happened from then on."""
PATH = "ftr_opportunities_at_dates"


def noon(day: str) -> str:
    """HubSpot's days begin in the portal's time zone; noon is the same day in all."""
    return f"{day}T12:00:00Z"


def deal(number: int, closed: str | None = None, *, won: bool = True, **histories: dict[str, str]) -> dict:
    """`histories` name values by the day from which they held; the newest is what the export says today."""
    stages = {"2026-06-01": "qualifiedtobuy"} | histories.pop("dealstage", {})
    if closed:
        stages[closed] = "closedwon" if won else "closedlost"
    histories = {"dealstage": stages, "hubspot_owner_id": {"2026-06-01": "7"}} | histories
    today = {name: list(values.values())[-1] for name, values in histories.items()}
    return {
        "id": str(number),
        "created_at": "2026-06-01",
        "updated_at": closed or "2026-06-01",
        "properties": today | {"closedate": noon(closed) if closed else None},
        "properties_with_history": {
            name: [{"value": value, "timestamp": noon(day)} for day, value in reversed(values.items())]
            for name, values in histories.items()
        },
    }


def call(number: int, about: int, day: str) -> dict:
    return {
        "activity_id": str(number),
        "activity_type": "CALL",
        "activity_date": day,
        "associated_deal_ids": f"{about}",
    }


PAST = [
    # Ended before the first window: one of the owner's two deals was won.
    deal(1, "2026-06-10"),
    deal(2, "2026-06-11", won=False),
]


def open_deals(*, later: bool) -> list[dict]:
    """Deals that were open at the cut, and with `later` what became of them."""
    if not later:
        return [
            deal(3, amount={"2026-06-20": "100"}, closedate={"2026-06-20": noon("2026-08-31")}),
            deal(4),
            deal(5),
            deal(6),
        ]
    return [
        deal(
            3,
            "2026-10-31",
            amount={"2026-06-20": "100", "2026-08-03": "900"},
            closedate={
                "2026-06-20": noon("2026-08-31"),
                "2026-08-10": noon("2026-12-31"),
                "2026-10-31": noon("2026-10-31"),
            },
            hubspot_owner_id={"2026-06-01": "7", "2026-08-10": "8"},
        ),
        # On the very first and the very last day of the window; the next day is outside it.
        deal(4, "2026-08-03"),
        deal(5, "2026-10-31", won=False),
        deal(6, dealstage={"2026-08-04": "contractsent"}),
    ]


@pytest.fixture(scope="module")
def estates(make_estate: Callable) -> tuple[Any, Any]:
    """The same past twice: as it stood at the cut, and as an export of the run's own day tells it."""
    made = []
    for later in (False, True):
        calls = [call(1, 3, "2026-07-20"), *([call(2, 3, "2026-08-03"), call(3, 6, "2026-08-20")] if later else [])]
        estate = make_estate(
            {"hubspot.api_deals": [*PAST, *open_deals(later=later)], "hubspot.engagements": calls},
        )
        estate.build_models("+ftr_opportunity_snapshots", "+lbl_opportunity_outcomes")
        made.append(estate)
    return tuple(made)


def seen(estate: Any) -> list[tuple]:
    return estate.query(
        f"select * from features.ftr_opportunity_snapshots where as_of_date <= date '{CUT}' order by all"
    )


def at_the_cut(estate: Any, columns: str) -> dict[str, tuple]:
    rows = estate.query(f"""
        select opportunity_id, {columns} from features.ftr_opportunity_snapshots where as_of_date = date '{CUT}'""")
    return {row[0].removeprefix("hubspot:"): row[1:] for row in rows}


def test_what_became_of_a_deal_later_changes_nothing_in_its_past(estates: tuple) -> None:
    before, after = estates
    assert len(seen(before)) == 8, "four deals on two dates since the first one ended"
    assert seen(before) == seen(after)


def test_a_deal_is_described_as_it_was(estates: tuple) -> None:
    found = at_the_cut(
        estates[1], "days_since_created, days_in_stage, amount, days_to_expected_close, count_activities"
    )
    assert set(found) == {"3", "4", "5", "6"}, "what had ended is no open deal; what ended that day had not"
    assert found["3"] == (63, 63, 100.0, 28, 1)
    assert found["6"] == (63, 63, None, None, 0)


def test_the_past_of_the_owner_is_drawn_towards_that_of_all(estates: tuple) -> None:
    found = at_the_cut(estates[1], "owner_win_share, stage_win_share, owner_open_deals")
    assert found["3"] == (0.5, 0.5, 4), "one of two won, by the owner and by all"


def test_an_activity_counts_in_the_days_before_and_not_on_the_day(estates: tuple) -> None:
    found = at_the_cut(estates[1], "count_activities_30d, days_since_last_activity")
    assert found["3"] == (1, 14), "the call of the third of August is not seen"


def test_a_window_holds_its_first_day_and_not_the_day_after_its_last(estates: tuple) -> None:
    rows = estates[1].query(f"""
        select opportunity_id, is_won from features.lbl_opportunity_outcomes where as_of_date = date '{CUT}'""")
    assert dict(rows) == {"hubspot:3": True, "hubspot:4": True, "hubspot:5": False, "hubspot:6": False}


def test_a_window_that_is_not_over_has_no_label(estates: tuple) -> None:
    """2026-09-02 is a snapshot date too, and its 90 days end after the run."""
    days = estates[1].query(
        "select distinct as_of_date from features.ftr_opportunity_snapshots order by 1 desc limit 3"
    )
    assert [day for (day,) in days] == [date(2026, 11, 1), date(2026, 10, 2), date(2026, 9, 2)]
    assert estates[1].query("select max(as_of_date) from features.lbl_opportunity_outcomes") == [(CUT,)]


@pytest.mark.parametrize(
    ("honest", "leaking"),
    [
        ("dates.as_of_date > changes.occurred_at", "dates.as_of_date + 60 > changes.occurred_at"),
        ("coalesce(changes.owner_id, deals.owner_id)", "deals.owner_id"),
    ],
)
def test_a_feature_that_looks_ahead_is_caught(estates: tuple, honest: str, leaking: str) -> None:
    for estate in estates:
        estate.build_changed(PATH, honest, leaking, PATH, "ftr_opportunity_snapshots")
    before, after = estates
    assert seen(before) != seen(after)
