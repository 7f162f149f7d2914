"""The cohort triangle made the plain way, and the one of a release, to be held beside each other."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd


def made_by_hand(orders: pd.DataFrame) -> dict[tuple[str, int], tuple[int, int, float]]:
    """(cohort, months since) → active and repeat customers and net revenue, the plain way, without the last month.

    `orders`: who, day, net, is_purchase.
    """
    orders = orders.assign(month=orders["day"].dt.to_period("M"))
    bought = orders[orders["is_purchase"]].drop_duplicates(["who", "day"]).sort_values("day")
    nth = bought.groupby("who").cumcount()
    orders = orders.join(bought[nth == 0].set_index("who")["month"].rename("cohort"), on="who")
    again = bought[nth == 1].set_index("who")["month"]
    cohort_of = orders.drop_duplicates("who").set_index("who")["cohort"]
    found = {}
    for (cohort, month), rows in orders.groupby(["cohort", "month"]):
        if month >= cohort and month < orders["month"].max():
            members = cohort_of.index[cohort_of == cohort]
            found[str(cohort), (month - cohort).n] = (
                rows.loc[rows["is_purchase"], "who"].nunique(),
                int((again.reindex(members) <= month).sum()),
                round(float(rows["net"].sum()), 2),
            )
    return found


def published(
    ask: Callable[[str], list[tuple]], first: str, last: str
) -> dict[tuple[str, int], tuple[int, int, float]]:
    found = ask(f"""
        select strftime(cohort_month, '%Y-%m'), months_since_first_order, count_active_customers,
            count_repeat_customers, net_revenue_amount
        from marts.agg_customer_cohorts where cohort_month between date '{first}' and date '{last}'
            and net_revenue_amount is not null
    """)
    return {(cohort, since): (active, again, round(float(net), 2)) for cohort, since, active, again, net in found}
