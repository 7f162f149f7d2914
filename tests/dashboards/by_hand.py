"""Every metric a second time, in plain pandas over the marts: the number that all other places must give.

A metric without a line here fails the tests. `f(tables, start, end)` is a value over the half-open window; a stock
ignores the window. `ON_PAGES` says where cards show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd

Tables = Mapping[str, pd.DataFrame]


def between(frame: pd.DataFrame, column: str, start: date, end: date) -> pd.DataFrame:
    return frame[(frame[column] >= pd.Timestamp(start)) & (frame[column] < pd.Timestamp(end))]


def orders(tables: Tables, start: date, end: date) -> pd.DataFrame:
    return between(tables["fct_orders"], "order_date", start, end)


def sold(tables: Tables, start: date, end: date) -> pd.DataFrame:
    found = orders(tables, start, end)
    return found[(found["order_type"] == "sale") & ~found["is_cancelled"] & (found["gross_amount"] > 0)]


def revenue(tables: Tables, start: date, end: date) -> float:
    found = orders(tables, start, end)
    return (found["gross_amount"] - found["refund_amount"])[~found["is_cancelled"]].sum()


def tickets(tables: Tables, start: date, end: date) -> pd.DataFrame:
    return between(tables["fct_tickets"], "created_date", start, end)


def solved(tables: Tables, start: date, end: date) -> pd.DataFrame:
    found = tickets(tables, start, end)
    return found[found["is_solved"]]


def closed(tables: Tables, start: date, end: date) -> pd.DataFrame:
    found = tables["fct_opportunities"]
    return between(found[found["status"].isin(["Won", "Lost"])], "close_date", start, end)


def won(tables: Tables, start: date, end: date) -> pd.DataFrame:
    found = closed(tables, start, end)
    return found[found["status"] == "Won"]


def waiting(tables: Tables) -> pd.DataFrame:
    return tables["fct_opportunities"][tables["fct_opportunities"]["status"] == "Pipeline"]


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def velocity(t: Tables, s: date, e: date) -> float | None:
    rate, wins = share(len(won(t, s, e)), len(closed(t, s, e))), won(t, s, e)
    return rate and len(waiting(t)) * rate * wins["amount"].mean() / wins["days_to_close"].mean()


def people(tables: Tables) -> pd.DataFrame:
    return tables["dim_customers"]


BY_HAND: dict[str, Callable[[Tables, date, date], float | None]] = {
    "customers": lambda t, s, e: len(people(t)),
    "customers_at_risk": lambda t, s, e: (people(t)["churn_band"] == "High").sum(),
    "expected_churn": lambda t, s, e: people(t)["churn_probability"].sum(),
    "value_at_risk": lambda t, s, e: people(t)[people(t)["churn_band"] == "High"]["predicted_clv_amount"].sum(),
    "predicted_value": lambda t, s, e: people(t)["predicted_clv_amount"].sum(),
    "median_predicted_value": lambda t, s, e: people(t)["predicted_clv_amount"].median(),
    "mean_predicted_value": lambda t, s, e: people(t)["predicted_clv_amount"].mean(),
    "net_revenue": revenue,
    "orders": lambda t, s, e: len(sold(t, s, e)),
    "average_order_value": lambda t, s, e: share(revenue(t, s, e), len(sold(t, s, e))),
    "active_customers": lambda t, s, e: sold(t, s, e)["customer_id"].nunique(),
    "open_tickets": lambda t, s, e: (~t["fct_tickets"]["status"].isin(["solved", "closed"])).sum(),
    "tickets": lambda t, s, e: len(tickets(t, s, e)),
    "solved_tickets": lambda t, s, e: len(solved(t, s, e)),
    "rated_tickets": lambda t, s, e: tickets(t, s, e)["csat_score"].notna().sum(),
    "first_reply_median": lambda t, s, e: tickets(t, s, e)["first_reply_time_calendar_minutes"].median(),
    "first_reply_p90": lambda t, s, e: tickets(t, s, e)["first_reply_time_calendar_minutes"].quantile(0.9),
    "resolution_median": lambda t, s, e: tickets(t, s, e)["full_resolution_calendar_minutes"].median(),
    "resolution_p90": lambda t, s, e: tickets(t, s, e)["full_resolution_calendar_minutes"].quantile(0.9),
    "csat": lambda t, s, e: tickets(t, s, e)["csat_score"].dropna().eq("good").mean(),
    "csat_response_rate": lambda t, s, e: solved(t, s, e)["csat_score"].notna().mean(),
    "reopen_rate": lambda t, s, e: (solved(t, s, e)["count_reopens"].dropna() > 0).mean(),
    "open_opportunities": lambda t, s, e: len(waiting(t)),
    "open_pipeline": lambda t, s, e: waiting(t)["amount"].sum(),
    "expected_revenue": lambda t, s, e: (waiting(t)["amount"] * waiting(t)["probability"]).sum(),
    "closed_opportunities": lambda t, s, e: len(closed(t, s, e)),
    "closed_amount": lambda t, s, e: closed(t, s, e)["amount"].sum(),
    "won_amount": lambda t, s, e: won(t, s, e)["amount"].sum(),
    "won_opportunities": lambda t, s, e: len(won(t, s, e)),
    "win_rate": lambda t, s, e: share(len(won(t, s, e)), len(closed(t, s, e))),
    "win_rate_by_amount": lambda t, s, e: share(won(t, s, e)["amount"].sum(), closed(t, s, e)["amount"].sum()),
    "mean_won_amount": lambda t, s, e: won(t, s, e)["amount"].mean(),
    "sales_cycle": lambda t, s, e: won(t, s, e)["days_to_close"].mean(),
    "sales_velocity": velocity,
}

ON_PAGES: dict[tuple[str, str], tuple[str, str]] = {
    ("overview", "Customers"): ("customers", "as of"),
    ("overview", "Active customers, 90 days"): ("active_customers", "90 days"),
    ("overview", "Revenue, 30 days"): ("net_revenue", "30 days"),
    ("overview", "Revenue, 90 days"): ("net_revenue", "90 days"),
    ("overview", "Orders, 30 days"): ("orders", "30 days"),
    ("overview", "Open tickets"): ("open_tickets", "as of"),
    ("overview", "CSAT, 90 days"): ("csat", "90 days"),
    ("overview", "Value at risk"): ("value_at_risk", "as of"),
    ("service", "Open tickets"): ("open_tickets", "as of"),
    ("service", "New tickets"): ("tickets", "90 days"),
    ("service", "First reply, median"): ("first_reply_median", "90 days"),
    ("service", "Resolution, median"): ("resolution_median", "90 days"),
    ("service", "CSAT"): ("csat", "90 days"),
    ("service", "Reopened"): ("reopen_rate", "90 days"),
    ("sales", "Open pipeline"): ("open_pipeline", "as of"),
    ("sales", "Expected revenue"): ("expected_revenue", "as of"),
    ("sales", "Won"): ("won_amount", "365 days"),
    ("sales", "Win rate by count"): ("win_rate", "365 days"),
    ("sales", "Win rate by amount"): ("win_rate_by_amount", "365 days"),
    ("sales", "Velocity"): ("sales_velocity", "365 days"),
    ("churn", "Expected to leave"): ("expected_churn", "as of"),
    ("churn", "High risk"): ("customers_at_risk", "as of"),
    ("churn", "Value at risk"): ("value_at_risk", "as of"),
    ("value", "Next 365 days, predicted"): ("predicted_value", "as of"),
    ("value", "Mean per customer"): ("mean_predicted_value", "as of"),
    ("value", "Median per customer"): ("median_predicted_value", "as of"),
}
"""(page, label of the card) → metric and the window that the page opens with."""
