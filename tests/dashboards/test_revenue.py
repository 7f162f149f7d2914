"""Revenue: the figures on the page are those of the release, counted here in another way."""

from __future__ import annotations

import pytest

from dashboards.intervals import wilson

from .conftest import card, number, words


def note(app, label: str) -> str:
    return next(metric.delta for metric in app.metric if metric.label == label)


def only(rows: list[tuple]):
    assert len(rows) == 1
    return rows[0][0] if len(rows[0]) == 1 else rows[0]


def test_what_was_given_back_is_taken_off_and_told(open_page, facts, home) -> None:
    app = open_page(home, "revenue")
    gross, refunded = only(
        facts(
            home,
            """select sum(gross_amount)::double, sum(refund_amount)::double from marts.fct_orders
               where is_cancelled is false and date_diff('day', order_date, $as_of) <= 90""",
        )
    )
    assert number(card(app, "Net revenue")) == pytest.approx(gross - refunded, abs=0.5)
    assert card(app, "Given back") == f"{100 * refunded / gross:.1f}%"


def test_the_window_can_be_chosen(open_page, facts, full_home) -> None:
    app = open_page(full_home, "revenue")
    app.segmented_control(key="revenue_window").set_value("365 days").run()
    kept = "order_type = 'sale' and is_cancelled is false and $as_of - order_date <= 365"
    assert card(app, "Orders") == f"{only(facts(full_home, f'select count(*) from marts.fct_orders where {kept}')):,}"


def test_repeat_rates_count_only_customers_who_had_the_time_and_carry_n_and_a_range(open_page, facts, home) -> None:
    app = open_page(home, "revenue")
    repeated, customers = only(
        facts(
            home,
            """select sum(count_repeat_customers)::bigint, sum(count_customers)::bigint from marts.agg_customer_cohorts
               where months_since_first_order = 6 and count_active_customers is not null""",
        )
    )
    assert card(app, "6 months") == f"{100 * repeated / customers:.1f}%"
    low, high = wilson(repeated, customers)
    assert note(app, "6 months") == f"n = {customers:,}, {100 * low:.1f}% to {100 * high:.1f}%"


def test_moves_between_groups_are_told_in_customers(open_page, facts, home) -> None:
    stayed, before = only(
        facts(
            home,
            """select count(*) filter (today.rfm_group = earlier.rfm_group), count(*)
               from marts.fct_rfm_groups earlier join marts.fct_rfm_groups today using (customer_id)
               where today.is_current and earlier.started_date <= $as_of - 90
                   and coalesce(earlier.ended_date, date '9999-01-01') > $as_of - 90""",
        )
    )
    assert 0 < stayed < before
    assert f"{stayed:,} of {before:,} are where they were" in words(open_page(home, "revenue"))


def test_recurring_revenue_before_and_moves_make_after_in_every_month(open_page, facts, home) -> None:
    app = open_page(home, "revenue")
    table = next(frame.value for frame in app.dataframe if "closing" in frame.value)
    moves = table[["new", "reactivation", "expansion", "contraction", "churn"]].sum(axis=1)
    assert (table["opening"] + moves).tolist() == pytest.approx(table["closing"].tolist())
    assert table["opening"].tolist()[:-1] == pytest.approx(table["closing"].tolist()[1:]), "newest first"
    running = only(facts(home, "select sum(mrr_amount)::double from marts.fct_subscriptions where ended_at is null"))
    assert number(card(app, "A month, now")) == running == table["closing"].iloc[0]


def test_without_subscriptions_or_orders_the_page_says_so(open_page, empty_home) -> None:
    said = " ".join(info.value for info in open_page(empty_home, "revenue").info)
    assert "No subscriptions yet" in said
    assert "No orders yet" in said


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)]
)
def test_intervals_stay_between_none_and_all(hits: int, cases: int, low: float, high: float) -> None:
    assert wilson(hits, cases) == pytest.approx((low, high), abs=1e-4)
    assert wilson(0, 0) is None
