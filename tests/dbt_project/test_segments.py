"""Segments: who is in, with which words, and who must never get a mail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

AS_OF_DATE = date(2026, 11, 1)


def customer(name: str) -> str:
    return "cus_" + hashlib.md5(f"email:{name}@mail.example".encode()).hexdigest()[:16]


def day(days_ago: int) -> str:
    return (AS_OF_DATE - timedelta(days_ago)).isoformat()


def orders(name: str, amount: float, *days_ago: int) -> Iterator[dict]:
    for number, ago in enumerate(days_ago):
        yield {
            "order_name": f"#{name}{number}",
            "order_id": f"{name}{number}",
            "email": f"{name}@mail.example",
            "created_at": day(ago),
            "total": amount,
            "lineitem_name": "Tea",
            "lineitem_quantity": 1,
            "lineitem_price": amount,
            "currency": "USD",
        }


PURCHASES = {
    # Worth much and silent; so is the one who complains; so is the one without consent.
    "silent": (620, (116, 95, 74)),
    "cross": (620, (116, 95, 74)),
    "quiet": (620, (116, 95, 74)),
    # Worth much, but one bought once only and the other is long gone.
    "single": (900, (60,)),
    "gone": (900, (500,)),
    "regular": (40, (63, 42, 21)),
    "champion": (700, (50, 30, 10, 1)),
    "lost": (30, (240, 220, 210)),
    "long_lost": (30, (640, 620, 600)),
    "fresh": (25, (12,)),
    "fresh_with_ticket": (25, (12,)),
    "fresh_without_consent": (25, (12,)),
    "fresh_who_refused": (25, (12,)),
    **{f"other{n}": (20, (300 + n,)) for n in range(8)},
}
CONSENT = [name for name in PURCHASES if name not in ("quiet", "fresh_without_consent", "fresh_who_refused")]


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    people = ["cross", "fresh_with_ticket", "silent"]
    users = [{"id": n, "role": "end-user", "email": f"{name}@mail.example"} for n, name in enumerate(people)]
    return make_estate(
        {
            "shopify.orders": [
                row for name, (amount, days) in PURCHASES.items() for row in orders(name, amount, *days)
            ],
            "shopify.customers": [
                {"customer_id": name, "email": f"{name}@mail.example", "accepts_email_marketing": name in CONSENT}
                for name in PURCHASES
                if name != "fresh_without_consent"
            ],
            "zendesk.users": users,
            "zendesk.tickets": [
                {"id": 1, "requester_id": 0, "status": "open", "created_at": day(6), "updated_at": day(6)},
                {"id": 2, "requester_id": 0, "status": "pending", "created_at": day(2), "updated_at": day(2)},
                # Solved already, but yesterday's.
                {"id": 3, "requester_id": 1, "status": "solved", "created_at": day(1), "updated_at": day(1)},
                # Solved and long ago.
                {"id": 4, "requester_id": 2, "status": "solved", "created_at": day(60), "updated_at": day(60)},
            ],
            "zendesk.satisfaction_ratings": [
                {"id": 1, "ticket_id": 1, "requester_id": 0, "score": "bad", "created_at": day(3)},
                {"id": 2, "ticket_id": 4, "requester_id": 2, "score": "bad", "created_at": day(59)},
            ],
        }
    )


@pytest.fixture(scope="module")
def told(estate: Any) -> tuple[dict[str, dict[str, str]], dict[str, dict]]:
    """With scores published: reason per segment and customer, and each customer's next best action."""
    own = {"as_of_date": AS_OF_DATE, "model_version": "1"}
    churn = [own | {"customer_id": customer(n), "churn_probability": 0.2, "churn_band": "Low"} for n in PURCHASES]
    for row in churn[:5]:
        row |= {"churn_probability": 0.784, "churn_band": "High"}
    likely = {"regular": 0.64, "cross": 0.9, "lost": 0.7}
    next_purchase = [
        own | {"customer_id": customer(name), "next_purchase_probability_30d": likely.get(name, 0.1)}
        for name in PURCHASES
    ]
    item = own | {"customer_id": customer("regular"), "item_rank": 1}
    next_items = [
        item | {"item_rank": 2, "item_name": "Filters", "probability": 0.3},
        item | {"item_name": "Beans", "probability": 0.48},
        item | {"customer_id": customer("lost"), "item_name": "A guess", "probability": 0.24},
        item | {"item_name": "Yesterday's", "probability": 0.9, "as_of_date": AS_OF_DATE - timedelta(1)},
    ]
    estate.write_scores({"churn": churn, "next_purchase": next_purchase, "next_items": next_items})
    estate.build_models("+next_best_actions")
    found = estate.rows("segments.next_best_actions", "customer_id")
    return members(estate), {name: found[customer(name)] for name in PURCHASES if customer(name) in found}


@pytest.fixture(scope="module")
def scored(told: tuple) -> dict[str, dict[str, str]]:
    return told[0]


@pytest.fixture(scope="module")
def actions(told: tuple) -> dict[str, dict]:
    return told[1]


@pytest.fixture(scope="module")
def withheld(estate: Any, scored: dict) -> dict[str, dict[str, str]]:
    """The same with every score table empty."""
    estate.write_scores({})
    estate.build_models("tag:after_scores")
    return members(estate)


def members(estate: Any) -> dict[str, dict[str, str]]:
    names = {customer(name): name for name in PURCHASES}
    found: dict[str, dict[str, str]] = {}
    for segment, customer_id, reason, as_of in estate.query("select * from segments.customer_segments order by all"):
        assert as_of == AS_OF_DATE
        found.setdefault(segment, {})[names[customer_id]] = reason
    return found


def test_a_reason_is_a_sentence_with_the_customers_own_numbers(scored: dict) -> None:
    assert scored["high_value_at_risk"]["silent"] == (
        "has not bought for 74 days, usually buys every 21 days; worth 1,860 so far; "
        "78 % likely not to buy in the next 90 days"
    )
    assert scored["high_value_at_risk"]["single"].startswith(
        "has not bought for 60 days, bought on one day only; worth"
    )
    assert set(scored["high_value_at_risk"]) == {"silent", "quiet", "single"}
    assert scored["due_to_buy"] == {
        "regular": "last bought 21 days ago, usually buys every 21 days; 64 % likely to buy within 30 days; "
        "if so, 48 % likely Beans",
        "lost": "last bought 210 days ago, usually buys every 15 days; 70 % likely to buy within 30 days",
    }
    assert scored["champions"]["champion"] == "bought 1 day ago; 4 orders worth 2,800 so far"
    expected = "has not bought for 210 days, used to buy every 15 days; 3 orders worth 90 before that"
    assert scored["win_back"] == {"lost": expected}
    assert scored["new_customers"] == {"fresh": "first order 12 days ago; 1 order worth 25 so far"}


def test_open_complaints_say_what_is_pending(scored: dict) -> None:
    expected = "has 2 open tickets, the oldest for 6 days; rated support bad 3 days ago"
    assert scored["open_complaint"] == {"cross": expected}, "a bad rating of two months ago is history"


def test_nobody_gets_an_offer_the_day_after_a_complaint(scored: dict) -> None:
    complaining = {"cross", "fresh_with_ticket"}
    assert not [segment for segment in scored if segment != "open_complaint" and complaining & set(scored[segment])]


def test_nobody_gets_a_mail_without_consent(scored: dict) -> None:
    mailed = ("champions", "due_to_buy", "win_back", "new_customers")
    refused = set(PURCHASES) - set(CONSENT)
    assert not [segment for segment in mailed if refused & set(scored.get(segment, {}))]
    assert "quiet" in scored["high_value_at_risk"], "this one is called, not mailed"


def test_without_scores_a_rule_of_thumb_says_that_it_is_one(withheld: dict) -> None:
    said = "has not bought for 74 days, usually buys every 21 days; worth 1,860 so far"
    expected = f"{said}; rule of thumb, as no score is published"
    assert withheld["high_value_at_risk"] == {"silent": expected, "quiet": expected}
    expected = "last bought 21 days ago, usually buys every 21 days; rule of thumb, as no score is published"
    assert withheld["due_to_buy"]["regular"] == expected
    assert all(reason.endswith("rule of thumb, as no score is published") for reason in withheld["due_to_buy"].values())


def test_segments_of_facts_do_not_need_scores(scored: dict, withheld: dict) -> None:
    for segment in ("champions", "win_back", "new_customers", "open_complaint"):
        assert withheld[segment] == scored[segment]


def test_everybody_has_one_next_action_and_what_is_pending_comes_before_what_could_be_sold(actions: dict) -> None:
    said = {name: (row["aim"], row["segment_name"]) for name, row in actions.items()}
    assert said["cross"] == ("settle", "open_complaint"), "likely to buy, but waiting for an answer"
    assert said["silent"] == ("keep", "high_value_at_risk")
    assert said["regular"] == ("sell", "due_to_buy")
    assert said["champion"] == ("thank", "champions")
    assert "long_lost" not in said, "nothing speaks for calling, and nothing against it"
    assert actions["silent"]["action"].startswith("Call within the week")
    assert actions["silent"]["reason"].startswith("has not bought for 74 days")


def test_money_at_stake_is_what_is_usually_spent_times_the_chance_of_losing_it(actions: dict) -> None:
    # 1,860 in 116 days are 1,443.10 in 90, and 78.4 % of it is at stake.
    assert float(actions["silent"]["stake_amount"]) == pytest.approx(1860 * 90 / 116 * 0.784, abs=0.001)
    assert float(actions["regular"]["stake_amount"]) == pytest.approx(40 * 0.64, abs=0.001)
    # Two months of orders are no reason to expect half as many again.
    assert float(actions["champion"]["stake_amount"]) == pytest.approx(2800)


def test_whom_to_leave_alone_is_said_with_its_reason(actions: dict) -> None:
    waiting = {name: row["reason"] for name, row in actions.items() if row["aim"] == "wait"}
    assert waiting == {"fresh_with_ticket": "opened a ticket 1 day ago"}
    assert all(row["segment_name"] is None for row in actions.values() if row["aim"] == "wait")


def test_two_reasons_are_one_action_and_the_other_is_named(estate: Any, told: tuple) -> None:
    several = estate.query(
        "select customer_id, count(*), string_agg(segment_name, ',' order by segment_name) "
        "from segments.customer_segments group by all having count(*) > 1"
    )
    assert several
    found = estate.rows("segments.next_best_actions", "customer_id")
    for customer_id, _, segments in several:
        row = found[customer_id]
        assert sorted([row["segment_name"], *row["other_segment_names"].split(",")]) == segments.split(",")
