"""ftr_subscriber_snapshots and lbl_subscriber_outcomes: a subscriber as known then, and whether a contract was left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

CUT = date(2026, 8, 3)
"""A snapshot date, 90 days before the run's 2026-11-01."""


def subscription(number: int, who: str, start: str, end: str | None = None, notice: str | None = None, price: int = 20):
    row = {"source_name": "box", "subscription_id": str(number), "email": f"{who}@mail.example", "started_at": start}
    row |= {"ended_at": end, "cancelled_at": notice, "product_name": f"box {price}", "recurring_amount": price}
    return row | {"billing_period": "month", "currency": "USD"}


PAST = [subscription(1, "old", "2026-01-01", "2026-02-01", "2026-01-20")]


def subscribers(*, later: bool) -> list[dict]:
    """Who subscribed at the cut, and with `later` what became of them."""
    if not later:
        return [
            subscription(2, "ann", "2026-03-01"),
            subscription(3, "ben", "2026-03-01", "2026-06-01", price=20),
            subscription(4, "ben", "2026-06-01", price=30),
            subscription(5, "cia", "2026-03-01"),
            subscription(6, "dan", "2026-03-01", notice="2026-08-01"),
        ]
    return [
        # Leaves on the first day of the window, by a notice that was not given yet.
        subscription(2, "ann", "2026-03-01", "2026-08-03", "2026-08-03"),
        subscription(3, "ben", "2026-03-01", "2026-06-01", price=20),
        # Changes the plan, which is no end; leaves the day after the window.
        subscription(4, "ben", "2026-06-01", "2026-09-01", price=30),
        subscription(7, "ben", "2026-09-01", "2026-11-01", price=45),
        subscription(5, "cia", "2026-03-01"),
        subscription(6, "dan", "2026-03-01", "2026-10-31", "2026-08-01"),
    ]


# Of the ninety days before the cut the first and the last, and a day beside each.
TICKET_DAYS = ("2026-05-04", "2026-05-05", "2026-08-02", "2026-08-03")
TICKETS = {
    "zendesk.users": [{"id": 1, "role": "end-user", "email": "ben@mail.example"}],
    "zendesk.tickets": [
        {"id": number, "requester_id": 1, "status": "open"}
        | dict.fromkeys(("created_at", "updated_at"), f"{day} 09:00")
        for number, day in enumerate(TICKET_DAYS)
    ],
}


@pytest.fixture(scope="module")
def estates(make_estate: Callable) -> tuple[Any, Any]:
    made = []
    for later in (False, True):
        estate = make_estate({"generic.generic_subscriptions": [*PAST, *subscribers(later=later)], **TICKETS})
        estate.build_models("+ftr_subscriber_snapshots", "+lbl_subscriber_outcomes", "+pii_customers")
        made.append(estate)
    return tuple(made)


def at_the_cut(estate: Any, table: str, columns: str) -> dict[str, tuple]:
    rows = estate.query(f"""
        select email, {columns} from features.{table} inner join pii.pii_customers using (customer_id)
        where as_of_date = date '{CUT}'""")
    return {row[0].removesuffix("@mail.example"): row[1:] for row in rows}


def seen(estate: Any) -> list[tuple]:
    until = f"where as_of_date <= date '{CUT}'"
    return estate.query(f"select * from features.ftr_subscriber_snapshots {until} order by all")


def test_what_became_of_a_subscription_later_changes_nothing_in_its_past(estates: tuple) -> None:
    before, after = estates
    assert len(seen(before)) > 8
    assert seen(before) == seen(after)


def test_a_new_price_goes_on_with_the_same_contract(estates: tuple) -> None:
    columns = "days_since_started, mrr_amount, mrr_ratio, count_changes, days_since_last_change, has_given_notice"
    found = at_the_cut(estates[1], "ftr_subscriber_snapshots", columns)
    assert set(found) == {"ann", "ben", "cia", "dan"}
    assert found["ben"] == (155, 30.0, 1.5, 1, 63, False)
    assert found["ann"] == (155, 20.0, 1.0, 0, 155, False), "the notice came later"
    assert found["dan"][-1] is True


def test_tickets_of_who_never_ordered_count_for_ninety_days(estates: tuple) -> None:
    found = at_the_cut(estates[1], "ftr_subscriber_snapshots", "count_tickets_90d")
    assert found == {"ann": (0,), "ben": (2,), "cia": (0,), "dan": (0,)}


def test_a_window_holds_its_first_day_and_its_last_and_a_change_of_plan_is_no_end(estates: tuple) -> None:
    found = at_the_cut(estates[1], "lbl_subscriber_outcomes", "has_ended")
    assert found == {"ann": (True,), "ben": (False,), "cia": (False,), "dan": (True,)}


def test_a_feature_that_looks_ahead_is_caught(estates: tuple) -> None:
    honest = "stretches.cancelled_at < subscribers.as_of_date"
    for estate in estates:
        estate.build_changed(
            "ftr_subscriber_snapshots", honest, "stretches.cancelled_at is not null", "ftr_subscriber_snapshots"
        )
    before, after = estates
    assert seen(before) != seen(after)
