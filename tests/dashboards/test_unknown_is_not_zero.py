"""What is not known is said to be not known, and what is withheld says why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .conftest import card, words


def note(app, label: str) -> str:
    return next(metric.delta for metric in app.metric if metric.label == label)


@pytest.mark.parametrize(
    ("page", "labels"),
    [
        ("overview", ("Revenue, 30 days", "Revenue, 90 days", "CSAT, 90 days")),
        ("service", ("First reply, median", "Resolution, median", "CSAT", "Reopened")),
    ],
)
def test_without_rows_an_amount_or_a_rate_is_unknown(open_page, empty_home, page, labels) -> None:
    app = open_page(empty_home, page)
    for label in labels:
        assert card(app, label) == "–"
        assert note(app, label) == "Not enough history"


def test_without_rows_a_count_is_zero(open_page, empty_home) -> None:
    assert card(open_page(empty_home, "overview"), "Customers") == "0"
    assert card(open_page(empty_home, "service"), "Open tickets") == "0"


def test_without_promises_and_opening_hours_the_page_says_so(open_page, empty_home) -> None:
    app = open_page(empty_home, "sla")
    for label in ("Promises kept", "Broken and open", "Due within a day", "First reply, median"):
        assert card(app, label) == "–"
    assert note(app, "First reply, median") == "No opening hours in the exports"
    assert "The exports tell of no promises" in app.info[0].value


@pytest.mark.parametrize("page", ["overview", "customer", "segments", "campaigns", "service", "sla", "sales", "health"])
def test_an_empty_page_says_what_to_do_next(open_page, empty_home, page) -> None:
    said = [info.value for info in open_page(empty_home, page).info]
    assert any("run" in sentence or "Choose" in sentence for sentence in said), said


def test_a_quiet_month_in_a_long_history_is_a_true_zero(open_page, sample_release, tmp_path, now) -> None:
    def quiet_lately(con) -> None:
        con.execute("delete from marts.fct_orders where order_date >= ?", [now.date() - timedelta(days=30)])

    sample_release(tmp_path, "quiet-1", as_of_date=now.date(), published_at=now, change=quiet_lately)
    app = open_page(tmp_path, "overview")
    assert card(app, "Revenue, 30 days") == "$0"
    assert card(app, "Revenue, 90 days") != "$0"


def test_a_previous_window_before_the_first_order_gives_no_change(open_page, sample_release, tmp_path, now) -> None:
    def young(con) -> None:
        con.execute("delete from marts.fct_orders where order_date < ?", [now.date() - timedelta(days=100)])

    sample_release(tmp_path, "young-1", as_of_date=now.date(), published_at=now, change=young)
    app = open_page(tmp_path, "overview")
    assert note(app, "Revenue, 30 days").endswith("%")
    assert note(app, "Revenue, 90 days") == "No earlier window yet"


VERDICT = "logistic lost to the recency rule in 2 of 3 periods"


@pytest.fixture
def withheld_home(sample_release, tmp_path, now):
    def withheld(con) -> None:
        for table in ("churn", "next_purchase", "lifetime_value"):
            con.execute(f"delete from scores.{table}")
        con.execute("update scores.model_cards set is_published = false, verdict = ?", [VERDICT])
        con.execute("""update marts.dim_customers set churn_probability = null, churn_band = null,
            predicted_clv_amount = null, predicted_clv_low = null, predicted_clv_high = null""")

    sample_release(tmp_path, "withheld-1", as_of_date=now.date(), published_at=now, change=withheld)
    return tmp_path


def test_withheld_scores_are_not_shown_and_the_page_says_why(open_page, withheld_home) -> None:
    churn = open_page(withheld_home, "churn")
    assert "Churn scores are withheld" in churn.warning[0].value
    assert VERDICT in churn.warning[0].value
    assert not churn.metric
    assert [frame for frame in churn.dataframe if "role" in frame.value], "the backtest is shown all the more"
    value = open_page(withheld_home, "value")
    assert [warning.value.split(" are withheld")[0] for warning in value.warning] == [
        "**Value scores",
        "**Next-purchase scores",
    ]
    assert not value.metric


def test_withheld_scores_leave_no_value_at_risk_and_no_customer_score(open_page, withheld_home, facts) -> None:
    overview = open_page(withheld_home, "overview")
    assert card(overview, "Value at risk") == "–"
    assert note(overview, "Value at risk") == "Not scored in this release"
    who = facts(withheld_home, "select customer_id from marts.dim_customers order by 1 limit 1")[0][0]
    said = words(open_page(withheld_home, "customer", customer=who))
    assert "Churn is withheld" in said
    assert "that no order comes in 90 days" not in said
