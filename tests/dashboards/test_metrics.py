"""One number everywhere: plain pandas over the marts, the values of the night and the cards of the pages agree."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from dashboards import formats
from dashboards.figures import written
from data_quality.release import connect, current_release

from .by_hand import BY_HAND, ON_PAGES
from .conftest import as_of, card, words


@cache
def tables_of(home: Path) -> dict[str, pd.DataFrame]:
    names = ("fct_orders", "fct_tickets", "fct_opportunities", "dim_customers")
    with connect(current_release(home)) as con:
        found = {name: con.sql(f"from marts.{name}").df() for name in names}
    for frame in found.values():
        for column in frame:
            if column == "amount" or column.endswith("_amount"):
                frame[column] = frame[column].astype(float)
    return found


@pytest.mark.parametrize("metric", BY_HAND)
def test_the_values_of_the_night_are_those_of_plain_pandas(metric, home, facts) -> None:
    values = facts(
        home,
        "select time_window, from_date, to_date, value from release.metric_values where metric = $metric",
        metric=metric,
    )
    tables = tables_of(home)
    assert {window for window, *_ in values} & {"as of", "365 days"}
    for window, start, end, value in values:
        expected = BY_HAND[metric](tables, start, end)
        if pd.isna(expected):
            assert value is None, (window, start)
        else:
            assert value == pytest.approx(float(expected)), (window, start)


def test_every_metric_is_computed_by_hand_too(full_home, facts) -> None:
    defined = [name for (name,) in facts(full_home, "select metric from release.metrics order by place")]
    assert set(defined) == set(BY_HAND), "a new metric needs its line in by_hand.py"


@pytest.mark.parametrize("page", sorted({page for page, _ in ON_PAGES}))
def test_cards_show_the_values_of_the_night(page, home, open_page, facts) -> None:
    app = open_page(home, page)
    night = {
        (metric, window): (value, unit)
        for metric, window, value, unit in facts(
            home,
            """select metric, time_window, value, unit
               from release.metric_values join release.metrics using (metric)""",
        )
    }
    for (where, label), known in ON_PAGES.items():
        if where == page:
            assert card(app, label).removesuffix(" a day") == (written(*night[known], "USD") or "–"), label


def test_a_card_tells_what_it_counts_and_how_exact_it_is(open_page, full_home) -> None:
    shown = next(metric for metric in open_page(full_home, "service").metric if metric.label == "CSAT")
    assert shown.help.startswith("Good ÷ (good + bad) of the rated tickets. Of ")
    assert "; probably between " in shown.help
    assert "Rejected" not in shown.help


def test_months_add_up_to_their_year(full_home, facts) -> None:
    end = as_of(full_home).replace(day=1)
    start = (end - timedelta(days=330)).replace(day=1)
    months = facts(
        full_home,
        """select sum(value) from release.metric_values where metric = 'net_revenue' and time_window = 'month'
           and from_date >= $start and from_date < $end""",
        start=start, end=end,
    )  # fmt: skip
    whole = facts(
        full_home,
        """select sum(net_amount)::double from marts.fct_orders
           where not is_cancelled and order_date >= $start and order_date < $end""",
        start=start, end=end,
    )  # fmt: skip
    assert months[0][0] == pytest.approx(whole[0][0])


def test_health_says_which_published_figures_changed(open_page, sample_release, tmp_path, now) -> None:
    def refunded(con) -> None:
        con.execute("""update marts.fct_orders set refund_amount = refund_amount + 1, net_amount = net_amount - 1
            where order_date < date_trunc('month', (select max(order_date) from marts.fct_orders))""")

    sample_release(tmp_path, "first", as_of_date=now.date(), published_at=now - timedelta(hours=2))
    nothing = "No figure of a past month has changed since it was first published."
    assert nothing in words(open_page(tmp_path, "health"))
    sample_release(tmp_path, "later", as_of_date=now.date(), published_at=now - timedelta(hours=1), change=refunded)
    said = words(open_page(tmp_path, "health"))
    assert nothing not in said
    assert "**Revenue** of " in said
    assert f"when first published on {formats.day(now - timedelta(hours=2))}; it is " in said
