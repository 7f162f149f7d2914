"""The sample's campaigns: what its mailings became, and what was bought after. Stays out: who was mailed when (estate).

Odd campaigns were sent in two versions and leave every fifth member out; the third has a cost.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

MODELS = ("first_touch", "last_touch", "linear", "position_based", "u_shaped", "w_shaped", "full_path", "time_decay",
          "success")  # fmt: skip
WINDOW = timedelta(days=30)
SUBJECTS = ("Beans of the month", "Brew better", "Last bags", "New roast", "Thank you")


def campaigns(estate) -> None:
    mailed = [row for row in estate.tables.get("marts.fct_interactions", []) if row["source_name"] == "mailchimp"]
    seen: dict[tuple[str, str], dict[str, datetime]] = defaultdict(dict)
    for row in sorted(mailed, key=lambda row: row["occurred_at"]):
        step = row["interaction_type"].removeprefix("campaign_")
        seen[row["record_id"], row["customer_id"]].setdefault(step, row["occurred_at"])
    purchases = defaultdict(list)
    for order in estate.tables.get("marts.fct_orders", []):
        purchases[order["customer_id"]].append(order)
    touches = [_touch(estate, *who, at, purchases[who[1]]) for who, at in sorted(seen.items())]
    worth = _attribute(estate, purchases, touches)
    for number, subject in enumerate(SUBJECTS, start=1):
        _campaign(estate, number, subject, [row for row in touches if row["campaign_id"].endswith(f"c{number}")], worth)


def _touch(estate, campaign_id: str, who: str, at: dict[str, datetime], orders: list[dict]) -> dict:
    sent, number = at["sent"], int(campaign_id[-1])
    is_bounced = "clicked" not in at and int(who[-2:], 16) % 10 == 3
    after = sorted(order["ordered_at"] for order in orders if sent <= order["ordered_at"] < sent + WINDOW)
    is_over = sent < datetime.combine(estate.as_of, datetime.min.time()) - WINDOW
    row = dict(
        campaign_id=campaign_id,
        customer_id=who,
        source_name="mailchimp",
        variant_name=("A", "B")[int(who[-1], 16) % 2] if number % 2 else None,
        sent_at=sent,
        opened_at=at.get("clicked"),
        clicked_at=at.get("clicked"),
        bounced_at=sent if is_bounced else None,
        unsubscribed_at=at["clicked"] + timedelta(minutes=1) if "clicked" in at and number == 5 else None,
        ordered_at=after[0] if after else None,
        touched_at=sent,
        is_delivered=not is_bounced,
        is_opened="clicked" in at,
        is_clicked="clicked" in at,
        is_bounced=is_bounced,
        is_unsubscribed="clicked" in at and number == 5,
        is_ordered=bool(after) if is_over else None,
    )
    estate.add("marts.fct_campaign_touches", **row)
    return row


def _attribute(estate, purchases: dict[str, list[dict]], touches: list[dict]) -> dict[str, float]:
    """Every answer in the month before an order takes an equal share of it in all models but two."""
    worth: dict[str, float] = defaultdict(float)
    answers = defaultdict(list)
    for touch in touches:
        if touch["clicked_at"]:
            answers[touch["customer_id"]].append((touch["clicked_at"], touch["campaign_id"]))
    for who, orders in purchases.items():
        for order in orders:
            at = order["ordered_at"]
            way = sorted(answer for answer in answers[who] if at - WINDOW <= answer[0] < at)
            for number, (touched_at, campaign_id) in enumerate(way or [(None, None)], start=1):
                weights = dict.fromkeys(MODELS, 1 / max(1, len(way)))
                if way:
                    weights |= {"first_touch": float(number == 1), "last_touch": float(number == len(way))}
                    worth[campaign_id] += order["net_amount"] / len(way)
                estate.add(
                    "marts.fct_attributed_revenue",
                    conversion_type="order",
                    record_id=order["order_id"],
                    customer_id=who,
                    campaign_id=campaign_id,
                    is_attributed=bool(way),
                    converted_at=at,
                    converted_date=order["order_date"],
                    touched_at=touched_at,
                    touch_number=number if way else None,
                    count_touches=len(way),
                    revenue_amount=order["net_amount"],
                    **{f"{model}_weight": weight for model, weight in weights.items()},
                )
    return worth


def _campaign(estate, number: int, subject: str, touches: list[dict], worth: dict[str, float]) -> None:
    campaign_id, cost = f"mailchimp:c{number}", 120.0 if number == 3 else None
    steps = ("delivered", "opened", "clicked", "bounced", "unsubscribed")
    over = [row for row in touches if row["is_ordered"] is not None]
    estate.add(
        "marts.dim_campaigns",
        campaign_id=campaign_id,
        source_name="mailchimp",
        campaign_name=f"Letter {number}",
        subject_line=subject,
        channel="email",
        list_name=("Shop", "Cafés")[number % 2],
        sent_at=min((row["sent_at"] for row in touches), default=None),
        count_sent=len(touches) or None,
        **{f"count_{step}": sum(row[f"is_{step}"] for row in touches) for step in steps},
        count_sent_long_ago=len(over),
        count_ordered=sum(row["is_ordered"] for row in over) if over else None,
        cost_amount=cost,
        linear_attributed_amount=round(worth[campaign_id], 4),
        return_on_cost=worth[campaign_id] / cost if cost else None,
    )
    if number % 2:
        _tests(estate, campaign_id)


def _tests(estate, campaign_id: str) -> None:
    """A test of two versions that is decided, one that is not, and one in five left out."""
    for variant, successes, share in (("A", 30, 0.3), ("B", 55, 0.55)):
        is_first = variant == "A"
        estate.add(
            "marts.agg_campaign_variants",
            campaign_id=campaign_id,
            variant_name=variant,
            measure="clicked",
            is_reference=is_first,
            count_sent=100,
            count_successes=successes,
            share=share,
            share_low=share - 0.09,
            share_high=share + 0.09,
            difference=None if is_first else 0.25,
            difference_low=None if is_first else 0.115,
            difference_high=None if is_first else 0.373,
            verdict=None if is_first else "better",
        )
    estate.add(
        "marts.agg_campaign_holdouts",
        campaign_id=campaign_id,
        count_mailed=200,
        count_left_out=50,
        count_mailed_ordered=40,
        count_left_out_ordered=9,
        mailed_share=0.2,
        left_out_share=0.18,
        difference=0.02,
        difference_low=-0.116,
        difference_high=0.125,
        difference_before=0.01,
        is_alike_before=campaign_id != "mailchimp:c5",
    )
