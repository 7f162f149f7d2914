"""What the sample's orders make over time: cohorts, moves between groups, and the subscriptions of some customers
with the risk of their ending.

Stays out: the orders themselves (estate) and the customers' present group (judgements).
"""

from __future__ import annotations

import json
from datetime import date, datetime

GROUPS = ("Recent", "Needs attention", "Loyal", "At risk")


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_between(earlier: date, later: date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month


def after(month: date, months: int) -> date:
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)


def revenue(estate) -> None:
    _cohorts(estate)
    _moves(estate)
    _subscriptions(estate)


def _cohorts(estate) -> None:
    bought: dict[str, list[tuple[date, float]]] = {}
    for row in estate.tables.get("marts.fct_orders", []):
        bought.setdefault(row["customer_id"], []).append((row["order_date"], row["net_amount"]))
    cohorts: dict[date, list[list[tuple[date, float]]]] = {}
    for orders in bought.values():
        cohorts.setdefault(month_of(min(orders)[0]), []).append(sorted(orders))
    for month, members in sorted(cohorts.items()):
        for since in range(months_between(month, estate.as_of) + 1):
            then = after(month, since)
            is_over = after(then, 1) <= estate.as_of
            if then >= estate.as_of:
                continue
            active = [[net for day, net in orders if month_of(day) == then] for orders in members]
            again = [sorted({day for day, _ in orders})[1:2] for orders in members]
            estate.add(
                "marts.agg_customer_cohorts",
                cohort_period_id=f"{month:%Y-%m}+{since}",
                cohort_month=month,
                months_since_first_order=since,
                count_customers=len(members),
                is_over=is_over,
                count_active_customers=sum(map(bool, active)) if is_over else None,
                count_repeat_customers=sum(bool(days) and month_of(days[0]) <= then for days in again)
                if is_over
                else None,
                net_revenue_amount=sum(map(sum, active)) if is_over else None,
            )


def _moves(estate) -> None:
    """Every second buyer came from another group two months ago; every ninth has bought since then only."""
    buyers = [row for row in estate.tables["marts.dim_customers"] if row["rfm_group"]]
    first, changed = after(month_of(estate.as_of), -10), after(month_of(estate.as_of), -2)
    for number, row in enumerate(buyers):
        who, group, before = row["customer_id"], row["rfm_group"], None
        if number % 2 and GROUPS[number % 4] != group:
            before = GROUPS[number % 4]
            _stretch(estate, who, before, None, first, changed)
        row.update(previous_rfm_group=before, rfm_group_changed_date=changed if before else None)
        _stretch(estate, who, group, before, changed if before or number % 9 == 0 else first, None)


def _stretch(estate, who: str, group: str, before: str | None, start: date, end: date | None) -> None:
    estate.add(
        "marts.fct_rfm_groups",
        rfm_stretch_id=f"{who}@{start}",
        customer_id=who,
        rfm_group=group,
        previous_rfm_group=before,
        started_date=start,
        ended_date=end,
        is_current=end is None,
    )


def _subscriptions(estate) -> None:
    """Every fifth customer pays 20 a month, from six months ago or later; half of them grew to 30, a few left."""
    customers = [row["customer_id"] for row in estate.tables["marts.dim_customers"]][::5]
    for number, who in enumerate(customers):
        steps = [(-6 + number % 4, 20)]
        if number % 2:
            steps.append((-2, 30))
        if number % 5 == 0:
            steps.append((-1, 0))
        months = [(after(month_of(estate.as_of), step), price) for step, price in steps]
        before = 0
        for place, (month, price) in enumerate(months):
            _movement(estate, who, month, before, price, place)
            ended = months[place + 1][0] if place + 1 < len(months) else None
            if price:
                _paid(estate, who, place + 1, price, month, ended)
            before = price


def _movement(estate, who: str, month: date, before: float, price: float, place: int) -> None:
    kind = "new" if place == 0 else "churn" if not price else "expansion" if price > before else "contraction"
    estate.add(
        "marts.fct_mrr_movements",
        mrr_movement_id=f"{who}@{month:%Y-%m}",
        customer_id=who,
        movement_month=month,
        movement_type=kind,
        opening_mrr_amount=float(before),
        change_mrr_amount=float(price - before),
        closing_mrr_amount=float(price),
    )


def _paid(estate, who: str, stretch: int, price: float, start: date, end: date | None) -> None:
    estate.add(
        "marts.fct_subscriptions",
        subscription_stretch_id=f"stripe:sub_{who}#{stretch}",
        subscription_id=f"stripe:sub_{who}",
        stretch_number=stretch,
        customer_id=who,
        source_name="stripe",
        product_name="Beans a month",
        billing_period="month",
        status="active",
        started_at=datetime.combine(start, datetime.min.time()),
        ended_at=end and datetime.combine(end, datetime.min.time()),
        is_running=end is None,
        currency="USD",
        exchange_rate=1.0,
        original_mrr_amount=float(price),
        mrr_amount=float(price),
    )
    if end is None:
        _risk(estate, who, 0.3 if stretch > 1 else 0.1)


def _risk(estate, who: str, risk: float) -> None:
    estate.add(
        "scores.subscription_churn",
        customer_id=who,
        as_of_date=estate.as_of,
        model_version="sample-1",
        score=risk,
        low=risk / 2,
        high=2 * risk,
        reasons=json.dumps(["has changed the plan 1 time, last 30 days ago (raises the risk)"]),
        evidence="own",
        end_probability=risk,
        risk_tier="A" if risk > 0.2 else "B",
    )
