"""fct_attributed_revenue: nine ways to share an order or a won deal among the answers to campaigns that came before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

NOON = "12:00:00"
MODELS = (
    "first_touch",
    "last_touch",
    "linear",
    "position_based",
    "u_shaped",
    "w_shaped",
    "full_path",
    "time_decay",
    "success",
)


def answer(person: str, campaign: str, at: str, action: str = "click") -> dict:
    member = hashlib.md5(f"{person}@mail.example".encode()).hexdigest()
    return {"campaign_id": campaign, "member_id": member, "action": action, "occurred_at": at}


def order(number: int, person: str, day: str, amount: float, **columns: object) -> dict:
    line = {"lineitem_name": "Tea", "lineitem_quantity": 1, "lineitem_price": amount, "total": amount}
    facts = {"order_name": f"#{number}", "order_id": str(number), "email": f"{person}@mail.example"}
    return line | facts | {"created_at": f"{day} {NOON}"} | columns


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    """Ada becomes known on 10 August and signs a deal that began on 1 September; Bo and Cy buy in the shop."""
    deal = {"record_id": "1", "deal_stage": "Closed won", "amount_in_company_currency": 1000}
    moments = {"create_date": f"2026-09-01 {NOON}", "close_date": f"2026-10-01 {NOON}"}
    refund = {"invoice_no": "C1", "stock_code": "A", "quantity": -1, "unit_price": 3}
    rate = {"source_name": "bank", "rate_date": "2026-01-01", "currency": "GBP", "to_currency": "USD"}
    rate |= {"exchange_rate": 1}
    estate = make_estate(
        {
            "hubspot.contacts": [{"record_id": "1", "email": "ada@mail.example", "create_date": f"2026-08-10 {NOON}"}],
            "hubspot.deals": [deal | moments | {"associated_contact_ids": "1"}],
            "shopify.orders": [
                order(1, "bo", "2026-10-10", 60),
                order(2, "cy", "2026-10-10", 30),
                order(3, "cy", "2026-10-11", 99, cancelled_at=f"2026-10-12 {NOON}"),
            ],
            "generic.generic_exchange_rates": [rate],
            "online_retail.invoice_lines": [refund | {"invoice_date": f"2026-10-20 {NOON}"}],
            "mailchimp.campaigns": [{"id": f"c{n}", "title": f"Mail {n}"} for n in range(1, 6)],
            "mailchimp.campaign_activity": [
                answer("ada", "c1", f"2026-08-01 {NOON}"),
                answer("ada", "c2", f"2026-08-05 {NOON}"),
                answer("ada", "c3", f"2026-08-20 {NOON}"),
                answer("ada", "c4", f"2026-08-30 {NOON}"),
                answer("ada", "c5", f"2026-09-20 {NOON}"),
                answer("ada", "c5", "2026-10-01 08:00:00"),
                answer("bo", "c3", f"2026-08-01 {NOON}"),
                answer("bo", "c1", f"2026-09-26 {NOON}"),
                answer("bo", "c1", "2026-09-26 12:00:40"),
                answer("bo", "c2", f"2026-10-03 {NOON}"),
                answer("bo", "c4", f"2026-10-11 {NOON}"),
                answer("cy", "c1", f"2026-10-09 {NOON}", action="open"),
            ],
        }
    )
    estate.build_models("+fct_attributed_revenue")
    return estate


def ways(estate: Any, record: str, *models: str) -> dict[str | None, tuple[float, ...]]:
    weights = ", ".join(f"round({model}_weight, 6)" for model in models)
    found = estate.query(
        f"select campaign_id, {weights} from marts.fct_attributed_revenue where record_id = '{record}' order by 1"
    )
    return {campaign.removeprefix("mailchimp:") if campaign else None: tuple(shares) for campaign, *shares in found}


def test_a_deal_is_shared_by_the_places_that_touches_hold(estate: Any) -> None:
    """c1 came first, c2 before Ada was known, c4 before the deal, c5 last; an answer of the closing day is too late."""
    models = ("first_touch", "last_touch", "linear", "position_based", "u_shaped", "w_shaped", "full_path")
    third = 0.066667
    assert ways(estate, "hubspot:1", *models) == {
        "c1": (1, 0, 0.2, 0.4, 0.4, 0.3, 0.225),
        "c2": (0, 0, 0.2, third, 0.4, 0.3, 0.225),
        "c3": (0, 0, 0.2, third, third, 0.05, 0.1),
        "c4": (0, 0, 0.2, third, third, 0.3, 0.225),
        "c5": (0, 1, 0.2, 0.4, third, 0.05, 0.225),
    }


def test_time_decay_halves_a_share_per_week_and_two_clicks_of_a_day_are_one_touch(estate: Any) -> None:
    """Answers a fortnight and a week before; what came after the order or over 30 days before it is out."""
    assert ways(estate, "shopify:1", "time_decay", "linear") == {"c1": (0.333333, 0.5), "c2": (0.666667, 0.5)}


def test_a_place_that_no_touch_holds_leaves_its_share_to_the_others(estate: Any) -> None:
    """Nobody recorded when Bo became known, and an order has no opportunity."""
    assert ways(estate, "shopify:1", "u_shaped", "w_shaped", "full_path") == {
        "c1": (0.666667, 0.75, 0.5),
        "c2": (0.333333, 0.25, 0.5),
    }


def test_success_weighs_by_how_often_an_answer_was_followed_by_an_order(estate: Any) -> None:
    """Of 8 answers whose 30 days are over 1 was followed: usually 2 / 10. c1: (1 + 0.2) / 3, c2: (0 + 0.2) / 2."""
    assert ways(estate, "shopify:1", "success") == {"c1": (0.8,), "c2": (0.2,)}


def test_what_no_answer_led_to_is_kept_without_a_campaign(estate: Any) -> None:
    """Cy only opened a mail, which programs do by themselves; a refund is nobody's success."""
    whole = {None: (1,) * len(MODELS)}
    assert ways(estate, "shopify:2", *MODELS) == whole
    assert ways(estate, "online_retail:C1", *MODELS) == whole
    assert ways(estate, "shopify:3", *MODELS) == {}, "a cancelled order is no revenue"


@pytest.mark.parametrize("model", MODELS)
def test_every_model_adds_up_to_all_revenue_to_the_cent(estate: Any, model: str) -> None:
    shared = estate.query(f"""
        select conversion_type, round(sum(revenue_amount * {model}_weight), 2)
        from marts.fct_attributed_revenue group by all
    """)
    assert dict(shared) == {"deal": 1000, "order": 60 + 30 - 3}
