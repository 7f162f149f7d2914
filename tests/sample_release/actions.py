"""What to do next about each sample customer: the first of the segments that they are in, by aim.

Stays out: the segments and their members (judgements), who is to be left alone (contact).
"""

from __future__ import annotations

from .judgements import SEGMENTS

AIMS = ("settle", "keep", "sell", "thank")


def actions(estate) -> None:
    reasons: dict[str, dict[str, str]] = {}
    for row in estate.tables.get("segments.customer_segments", []):
        reasons.setdefault(row["customer_id"], {})[row["segment_name"]] = row["reason"]
    for customer in estate.tables["marts.dim_customers"]:
        who = customer["customer_id"]
        reach = {name: customer[name] for name in ("best_channel", "best_contact_hour", "contact_timezone")}
        if mine := reasons.get(who):
            first, *others = sorted(mine, key=lambda name: (AIMS.index(SEGMENTS[name][4]), name))
            _, _, owner, action, aim = SEGMENTS[first]
            stake = round(float(customer["historic_clv_amount"]) / 4, 2)
            estate.add(
                "segments.next_best_actions",
                customer_id=who,
                aim=aim,
                segment_name=first,
                owner=owner,
                action=action,
                reason=mine[first],
                stake_amount=stake or None,
                other_segment_names=",".join(others) or None,
                as_of_date=estate.as_of,
                **reach,
            )
    for row in estate.tables.get("segments.quiet_customers", []):
        if row["customer_id"] not in reasons:
            estate.add(
                "segments.next_best_actions",
                customer_id=row["customer_id"],
                aim="wait",
                action="Leave alone for now: no offer, no call.",
                reason=row["reason"],
                as_of_date=estate.as_of,
            )
