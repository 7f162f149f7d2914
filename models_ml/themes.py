"""Themes: which features make one sentence, and how a salesperson would say it.

Belongs here: groups of feature columns and their words. Stays out: what a theme does to a score (reasons.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models_ml.design import FADING

Row = dict[str, float | None]
Say = Callable[[Row, Row, bool], str | None]


@dataclass(frozen=True)
class Theme:
    """Features that belong together. The first column leads: without it there is no such theme.

    `say(row, typical, is_good)` gives the sentence, or None when the data do not allow one. `more_is_good` is what a
    salesperson expects of the leading column (None: no expectation). `title` names the leading column on a page.
    `says_of` are the columns that the sentence is made of, where these are not the theme's.
    """

    name: str
    columns: tuple[str, ...]
    say: Say
    more_is_good: bool | None = None
    title: str = ""
    says_of: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """All columns that its sentence depends on, the leading one first."""
        return self.says_of or self.columns


def count_of(number: float, noun: str, many: str | None = None) -> str:
    return f"{number:,.0f} {noun if round(number) == 1 else many or noun + 's'}"


def _silence(row: Row, typical: Row, is_good: bool) -> str:
    days = count_of(row["days_since_last_order"], "day")
    said = f"bought {days} ago" if is_good else f"has not bought for {days}"
    gap = row.get("mean_gap_days")
    return said if gap is None else f"{said}, usually buys every {max(gap, 1):,.0f}"


def _habit(row: Row, typical: Row, is_good: bool) -> str:
    usual = "" if typical.get("frequency") is None else f", customers usually on {typical['frequency'] + 1:,.4g}"
    if not row["frequency"]:
        return f"has bought on one day only{usual}"
    return f"has bought on {row['frequency'] + 1:,.0f} days{usual}"


def _amount(column: str, words: str) -> Say:
    def say(row: Row, typical: Row, is_good: bool) -> str | None:
        if row.get(column) is None or typical.get(column) is None:
            return None
        return f"{words} {row[column]:,.2f}, customers usually {typical[column]:,.2f}"

    return say


def _number(column: str, some: str, noun: str, none: str, when: str = "") -> Say:
    def say(row: Row, typical: Row, is_good: bool) -> str | None:
        if row.get(column) is None:
            return None
        said = f"{some} {count_of(row[column], noun)}{when}" if row[column] else f"{none}{when}"
        return said if typical.get(column) is None else f"{said}, customers usually {typical[column]:,.4g}"

    return say


def share(column: str, words: str) -> Say:
    """`words` has a place for the share, beside which stands the usual one."""

    def say(row: Row, typical: Row, is_good: bool) -> str | None:
        if row.get(column) is None or typical.get(column) is None:
            return None
        return f"{words.format(f'{row[column]:.0%}')}, usually {typical[column]:.0%}"

    return say


def number(column: str, words: str) -> Say:
    """A number beside the usual one."""

    def say(row: Row, typical: Row, is_good: bool) -> str | None:
        if row.get(column) is None or typical.get(column) is None:
            return None
        return f"{words} {row[column]:,.0f}, usually {typical[column]:,.0f}"

    return say


def _survey(row: Row, typical: Row, is_good: bool) -> str:
    score = row.get("last_nps_score")
    return "has not answered a survey" if score is None else f"answered the last survey with {score:.0f} of 10"


def _mailings(row: Row, typical: Row, is_good: bool) -> str | None:
    sent, clicked = row.get("count_campaign_sent_90d"), row.get("count_campaign_clicked_90d")
    if sent is None:
        return None
    if not sent:
        return "got no mailing in the last 90 days"
    return f"got {count_of(sent, 'mailing')} in the last 90 days, clicked {clicked or 0:,.0f}"


def _discount(row: Row, typical: Row, is_good: bool) -> str | None:
    share = row.get("discount_share")
    return None if share is None else f"buys at {share:.0%} off"


def _unsubscribed(row: Row, typical: Row, is_good: bool) -> str:
    return "has unsubscribed from mailings" if row.get("has_unsubscribed") else "still takes mailings"


THEMES = (
    Theme(
        "silence",
        ("days_since_last_order", "gap_multiple", "gap_multiple_quantile", "longest_gap_multiple"),
        _silence,
        more_is_good=False,
        title="Days since last order",
        says_of=("days_since_last_order", "mean_gap_days"),
    ),
    Theme(
        "habit",
        (
            "frequency",
            "recency_days",
            "mean_gap_days",
            "count_orders",
            "count_purchase_days",
            "purchase_days_per_30_days",
            "last_gap_days",
            "longest_gap_days",
            "gap_variation",
        ),
        _habit,
        more_is_good=True,
        title="Repeat purchase days",
        says_of=("frequency",),
    ),
    Theme(
        "basket",
        (
            "average_order_value_amount",
            "monetary_value",
            "first_order_amount",
            "last_order_amount",
            "recent_order_amount",
            "largest_order_amount",
            "last_order_ratio",
            "amount_variation",
            "units_per_order",
        ),
        _amount("average_order_value_amount", "spends per order"),
        more_is_good=True,
        title="Average order",
        says_of=("average_order_value_amount",),
    ),
    Theme(
        "total",
        ("total_net_amount",),
        _amount("total_net_amount", "has spent in all"),
        more_is_good=True,
        title="Spent in all",
    ),
    Theme(
        "lately",
        (
            "orders_90d",
            "orders_30d",
            "amount_90d",
            "amount_30d",
            "orders_90d_share",
            "amount_90d_share",
            *FADING,
        ),
        _number("orders_90d", "placed", "order", "placed no order", " in the last 90 days"),
        more_is_good=True,
        title="Orders, 90 days",
        says_of=("orders_90d",),
    ),
    Theme(
        "year",
        ("orders_365d", "amount_365d", "orders_same_season_last_year"),
        _number("orders_365d", "placed", "order", "placed no order", " in the last year"),
        more_is_good=True,
        title="Orders, 365 days",
        says_of=("orders_365d",),
    ),
    Theme("discount", ("discount_share",), _discount, title="Discount share"),
    Theme(
        "refunds",
        ("count_refunds", "refund_share"),
        _number("count_refunds", "had", "refund", "had no refund"),
        title="Refunds",
        says_of=("count_refunds",),
    ),
    Theme(
        "range",
        ("count_products",),
        _number("count_products", "has bought", "different product", "has bought no product"),
        more_is_good=True,
        title="Products bought",
    ),
    Theme(
        "tickets",
        ("count_tickets_90d", "count_tickets_365d", "days_since_last_ticket"),
        _number("count_tickets_90d", "raised", "ticket", "raised no ticket", " in the last 90 days"),
        title="Tickets, 90 days",
        says_of=("count_tickets_90d",),
    ),
    Theme(
        "open",
        ("count_open_tickets",),
        _number("count_open_tickets", "waits for", "open ticket", "has no open ticket"),
        title="Open tickets",
    ),
    Theme(
        "ratings",
        ("count_bad_ratings_365d",),
        _number("count_bad_ratings_365d", "gave", "bad rating", "gave no bad rating", " in the last year"),
        more_is_good=False,
        title="Bad ratings, 365 days",
    ),
    Theme("survey", ("last_nps_score",), _survey, more_is_good=True, title="Last survey answer"),
    Theme(
        "mailings",
        (
            "count_campaign_sent_90d",
            "count_campaign_opened_90d",
            "count_campaign_clicked_90d",
            "campaign_click_share_90d",
            "days_since_last_click",
        ),
        _mailings,
        title="Mailings, 90 days",
        says_of=("count_campaign_sent_90d", "count_campaign_clicked_90d"),
    ),
    Theme("consent", ("has_unsubscribed",), _unsubscribed, more_is_good=False, title="Unsubscribed"),
    Theme(
        "sales",
        ("count_sales_contacts_90d",),
        _number("count_sales_contacts_90d", "had", "sales contact", "had no sales contact", " in the last 90 days"),
        title="Sales contacts, 90 days",
    ),
    Theme(
        "contacts",
        ("count_interactions_30d", "count_interactions_90d"),
        _number("count_interactions_30d", "had", "contact", "had no contact", " in the last 30 days"),
        title="Contacts, 30 days",
        says_of=("count_interactions_30d",),
    ),
)
