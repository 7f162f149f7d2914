"""While a score is withheld, pages show its last good values, with their day and why tonight has none."""

from __future__ import annotations

import shutil

import pytest

from dashboards import formats

from .conftest import BUSY, as_of, card, number, words

VERDICT = "logistic lost to the recency rule in 2 of 3 periods"
SCORES = ("churn", "next_purchase", "lifetime_value", "deal_win", "lead_conversion", "subscription_churn")


def withhold(con) -> None:
    for score in (*SCORES, "ticket_escalation", "next_items", "best_channel", "best_hour"):
        con.execute(f"delete from scores.{score}")
    con.execute("update scores.model_cards set is_published = false, verdict = ?", [VERDICT])
    con.execute(
        """update marts.dim_customers set churn_probability = null, churn_band = null, predicted_clv_amount = null,
            predicted_clv_low = null, predicted_clv_high = null, total_clv_amount = null,
            next_purchase_probability_30d = null, next_purchase_probability_60d = null,
            next_purchase_probability_90d = null"""
    )


@pytest.fixture(scope="module")
def good_then_withheld(tmp_path_factory, stale_home, sample_release, now):
    """A home whose scores were good ten days ago and are withheld tonight."""
    home = shutil.copytree(stale_home, tmp_path_factory.mktemp("last_good") / "home")
    (home / "last_run.json").unlink()
    sample_release(home, "bad", as_of_date=now.date(), published_at=now, change=withhold)
    return home


@pytest.fixture(scope="module")
def old_day(stale_home) -> str:
    return formats.day(as_of(stale_home))


def test_the_churn_page_shows_the_last_good_scores_with_their_day(open_page, good_then_withheld, facts, old_day):
    app = open_page(good_then_withheld, "churn")
    assert not app.exception, app.exception
    assert app.warning[0].value == f"**Churn scores as of {old_day}: tonight's are withheld.** {VERDICT}"
    [(leaving, high)] = facts(
        good_then_withheld,
        "select sum(churn_probability), count(*) filter (churn_band = 'High') from last_good.churn",
    )
    assert number(card(app, "Expected to leave")) == round(leaving)
    assert number(card(app, "High risk")) == high > 0
    assert card(app, "Value at risk") == "–", "a figure of tonight is not made of old scores"
    [listed] = [frame.value for frame in app.dataframe if "churn_probability" in frame.value]
    assert len(listed) == min(high, 25)


def test_the_value_page_shows_both_of_its_scores(open_page, good_then_withheld, facts, old_day):
    app = open_page(good_then_withheld, "value")
    assert not app.exception, app.exception
    assert [warning.value.split(":")[0] for warning in app.warning] == [
        f"**Value scores as of {old_day}",
        f"**Next-purchase scores as of {old_day}",
    ]
    [(total, soon)] = facts(
        good_then_withheld,
        """select (select sum(predicted_clv_amount) from last_good.lifetime_value),
            (select sum(next_purchase_probability_30d) from last_good.next_purchase)""",
    )
    assert number(card(app, "Next 365 days, predicted")) == pytest.approx(total, abs=0.5)
    assert number(card(app, "Will order within 30 days")) == round(soon)


def test_a_customer_is_told_with_the_day_of_each_score(open_page, good_then_withheld, facts, old_day):
    app = open_page(good_then_withheld, "customer", customer=BUSY)
    assert not app.exception, app.exception
    said = words(app).replace("\\$", "$")
    for name in ("Churn", "Next purchase", "Value"):
        assert f"{name} as of {old_day}: tonight's is withheld. {VERDICT}" in said
    [(score, band, amount)] = facts(
        good_then_withheld,
        f"""select churn_probability, churn_band, predicted_clv_amount from last_good.churn
            join last_good.lifetime_value using (customer_id) where customer_id = '{BUSY}'""",
    )
    assert f"**Churn, as of {old_day}:** {band}, {100 * score:.0f}%" in said
    assert f"**Value, next 365 days, as of {old_day}:** {formats.money(amount, 'USD')}" in said
    assert "with all bought so far" not in said, "an old prediction is not added to what was bought since"


def test_likely_items_are_told_with_their_day_of_who_has_not_ordered_since(
    open_page, good_then_withheld, facts, old_day
):
    [(waiting, ordered)] = facts(
        good_then_withheld,
        """select min(customer_id) filter (items.customer_id is not null),
            min(customer_id) filter (items.customer_id is null and last_order_date >= old.as_of_date)
        from marts.dim_customers left join (select distinct customer_id from last_good.next_items) as items
            using (customer_id) cross join (select max(as_of_date) as as_of_date from last_good.next_items) as old""",
    )
    app = open_page(good_then_withheld, "customer", customer=waiting)
    assert [frame for frame in app.dataframe if "item_name" in frame.value]
    assert f"What the next order will hold as of {old_day}: tonight's is withheld. {VERDICT}" in words(app)
    app = open_page(good_then_withheld, "customer", customer=ordered)
    assert not [frame for frame in app.dataframe if "item_name" in frame.value], "that next order is over"
    assert f"Likely items as of {old_day}: tonight's are withheld." in words(open_page(good_then_withheld, "value"))


def test_the_health_page_says_which_day_is_shown_of_each_withheld_score(open_page, good_then_withheld, old_day):
    app = open_page(good_then_withheld, "health")
    assert not app.exception, app.exception
    assert words(app).count(f"Pages show its values as of {old_day}.") == len(SCORES) + 2


@pytest.mark.parametrize(
    ("page", "listed"),
    [
        ("sales", {"win_probability": "Chances of winning", "conversion_probability": "Chances of leads"}),
        ("revenue", {"end_probability": "Risks of subscriptions"}),
        ("service", {"escalation_probability": "Risks of tickets"}),
    ],
)
def test_deals_leads_subscriptions_and_tickets_that_are_still_open_keep_theirs(
    open_page, good_then_withheld, old_day, page, listed
):
    app = open_page(good_then_withheld, page)
    assert not app.exception, app.exception
    for column, name in listed.items():
        assert f"**{name} as of {old_day}: tonight's are withheld.** {VERDICT}" in words(app)
        assert [frame for frame in app.dataframe if column in frame.value], name
