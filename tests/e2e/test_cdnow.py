"""The published log of a music shop, from landing to release: known totals come out, the rest is as pandas has it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e import cohort_triangle

EVERY_DOOR = "select sum(rows_read)::bigint, sum(rows_loaded)::bigint, sum(rows_quarantined)::bigint from release.loads"


@pytest.fixture(scope="module")
def cdnow(real_night: Callable) -> tuple[Path, str]:
    return real_night("cdnow", "1998-07-01", {"cdnow": ["cdnow/CDNOW_master.txt"]})


@pytest.fixture
def music(cdnow, ask) -> Callable[[str], list[tuple]]:
    """Asks the marts of CDNOW."""
    return lambda sql: ask(cdnow[0], sql)


def test_every_purchase_arrives_and_the_money_adds_up(cdnow, ask) -> None:
    home, said = cdnow
    assert ask(home, EVERY_DOOR) == [(69_659, 69_659, 0)]
    assert "69,659" in said
    assert ask(home, "select count(*), sum(net_amount) from marts.fct_orders") == [(69_659, Decimal("2500315.6300"))]
    assert ask(home, "select count(*) from marts.dim_customers") == [(23_570,)]


def test_what_was_given_away_is_an_order_and_no_purchase(music) -> None:
    assert music("select sum(count_units) from marts.fct_orders") == [(167_881,)]
    assert music("select count(*) from marts.fct_orders where not is_purchase") == [(80,)]


def test_scores_beat_their_rule_of_thumb_and_say_by_how_much(cdnow, ask) -> None:
    home, _ = cdnow
    published = dict(ask(home, "select score_name, is_published from scores.model_cards"))
    assert published["churn"], ask(home, "select verdict from scores.model_cards where score_name = 'churn'")
    [(champion, rule_of_thumb)] = ask(
        home,
        """select avg(value) filter (where is_champion), avg(value) filter (where is_baseline)
           from scores.backtests where score_name = 'churn' and metric = 'brier'""",
    )
    assert champion < rule_of_thumb
    # 68 customers only ever took something for nothing; a score needs a purchase.
    buyers = "select count(*) from marts.dim_customers where historic_number_of_orders > 0"
    assert ask(home, buyers) == [(23_502,)]
    assert ask(home, "select count(*), count(distinct customer_id) from scores.churn") == [(23_502, 23_502)]
    assert ask(
        home, "select count(*) from scores.churn where not (0 <= low and low <= score and score <= high and high <= 1)"
    ) == [(0,)]


def test_the_cohort_triangle_is_what_pandas_makes_of_the_file(music, shared_data) -> None:
    log = pd.read_csv(
        shared_data / "cdnow" / "CDNOW_master.txt", sep=r"\s+", skiprows=1, names=["who", "date", "pieces", "net"]
    )
    orders = log.assign(day=pd.to_datetime(log["date"].astype(str), format="%Y%m%d"), is_purchase=log["net"] > 0)
    expected, found = cohort_triangle.made_by_hand(orders), cohort_triangle.published(music, "1997-01-01", "1997-12-01")
    assert len(expected) > 45
    assert {period: found[period] for period in expected} == expected
