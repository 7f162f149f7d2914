"""Olist and The Complete Journey, from their files through intake to marts, against plain Polars on the same files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_quality.contracts import load_source_tables
from orchestration.intake.intake import intake

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
EXPORTS = {
    "completejourney": ["completejourney/*.parquet"],
    # The payments of the sample are among all payments.
    "olist": ["olist/*.csv", "olist/*.parquet"]
    + [f"olist/sample_orders/olist_{of}_*.csv" for of in ("customers", "orders", "order_items", "order_reviews")],
}

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"the public data sets are not at {DATA}")


def grocer(table: str) -> pl.DataFrame:
    return pl.read_parquet(DATA / "completejourney" / f"{table}.parquet")


def marketplace(file: str) -> pl.DataFrame:
    return pl.read_csv(DATA / "olist" / file, infer_schema_length=None)


def exact(amount: float) -> Decimal:
    """What a sum of binary amounts in whole cents was meant to be."""
    return Decimal(str(round(amount, 2)))


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    estate = make_estate({}, as_of_date=date(2019, 1, 1))
    for source, patterns in EXPORTS.items():
        folder = estate.home / "landing" / source
        folder.mkdir(parents=True)
        for file in {file for pattern in patterns for file in DATA.glob(pattern)}:
            shutil.copy(file, folder)
    tables = [table for table in load_source_tables(ROOT / "dbt_project") if table.source in EXPORTS]
    loads = intake(estate.home, tables, datetime(2026, 10, 1))
    assert {(load.status, load.rows_quarantined) for load in loads} == {("loaded", 0)}
    assert {f"{load.source}.{load.table}" for load in loads} == {f"{one.source}.{one.name}" for one in tables}
    marts = ("+fct_orders", "+fct_order_lines", "+fct_opportunities", "+fct_interactions")
    estate.build_models(
        *marts, "+dim_campaigns", "+int_payments_unioned", "+int_leads_unioned", "+int_survey_responses_unioned"
    )
    return estate


def test_every_line_and_dollar_of_the_grocer(estate: Any) -> None:
    lines = grocer("transactions")
    counted = (lines.height, lines["household_id"].n_unique(), lines["basket_id"].n_unique())
    assert counted == (1_469_307, 2_469, 155_848)
    total = exact(lines["sales_value"].sum())
    of_grocer = "where source_name = 'completejourney'"
    found = estate.query(f"select count(*), sum(line_amount) from marts.fct_order_lines {of_grocer}")
    assert found == [(1_469_307, total)]
    facts = "count(*), count(distinct customer_id), sum(net_amount), sum(count_units), sum(discount_amount)"
    given = exact((lines["retail_disc"] + lines["coupon_match_disc"]).sum())
    found = estate.query(f"select {facts} from marts.fct_orders {of_grocer}")
    assert found == [(155_848, 2_469, total, lines["quantity"].sum(), given)]
    assert estate.query("""
        select count(*) from intermediate.int_contacts_unioned where source_name = 'completejourney'
    """) == [(2_469,)]


def test_every_mailing_of_the_grocer_and_every_coupon_on_a_mailed_household(estate: Any) -> None:
    mailed, redeemed = grocer("campaigns"), grocer("coupon_redemptions")
    touches = "select touch_type, count(*) from intermediate.int_campaign_touches_unioned group by all order by all"
    assert estate.query(touches) == [("redeemed", redeemed.height), ("sent", mailed.height)]
    assert (mailed.height, redeemed.height) == (6_589, 2_102)
    assert estate.query("select count(*), min(channel) from intermediate.int_campaigns_unioned") == [(27, "post")]
    by_mailing = """
        select count(*), count(*) filter (mailed.contact_id is null), count(distinct redeemed.contact_id)
        from intermediate.int_campaign_touches_unioned as redeemed
        left join intermediate.int_campaign_touches_unioned as mailed
            on mailed.contact_id = redeemed.contact_id and mailed.campaign_id = redeemed.campaign_id
            and mailed.touch_type = 'sent' and mailed.occurred_at <= redeemed.occurred_at
        where redeemed.touch_type = 'redeemed'
    """
    assert estate.query(by_mailing) == [(2_102, 0, redeemed["household_id"].n_unique())]
    where = "select distinct interaction_type, channel, direction from marts.fct_interactions where team = 'marketing'"
    assert sorted(estate.query(where)) == [
        ("campaign_redeemed", "shop", "inbound"),
        ("campaign_sent", "post", "outbound"),
    ]


def test_the_funnel_of_the_grocer_is_of_households_and_knows_no_opens(estate: Any) -> None:
    redeemed = grocer("coupon_redemptions").group_by("campaign_id").agg(pl.col("household_id").n_unique())
    mailed = grocer("campaigns").group_by("campaign_id").agg(pl.col("household_id").n_unique())
    found = estate.query("""
        select split_part(campaign_id, ':', 2)::bigint, count_sent, count_redeemed, count_opened, count_bounced
        from marts.dim_campaigns
    """)
    assert {number: sent for number, sent, *_ in found} == dict(mailed.iter_rows())
    assert {number: answered for number, _, answered, *_ in found if answered} == dict(redeemed.iter_rows())
    assert {unknown for *_, opened, bounced in found for unknown in (opened, bounced)} == {None}


def test_what_redemptions_led_to_at_the_grocer_is_what_polars_shares_out(estate: Any) -> None:
    """Each basket shared equally among the household's days of redemption in the 30 days before, per campaign."""
    amounts = pl.col("sales_value").sum().round(2), pl.col("transaction_timestamp").min()
    baskets = grocer("transactions").group_by("basket_id", "household_id").agg(*amounts)
    days = grocer("coupon_redemptions").select("household_id", "campaign_id", "redemption_date").unique()
    ways = baskets.filter(pl.col("sales_value") > 0).join(days, on="household_id")
    age = pl.col("transaction_timestamp") - pl.col("redemption_date")
    ways = ways.filter((age > pl.duration(days=0)) & (age <= pl.duration(days=30)))
    ways = ways.with_columns(share=pl.col("sales_value") / pl.len().over("basket_id"))
    shared = dict(ways.group_by("campaign_id").agg(pl.col("share").sum()).iter_rows())
    found = dict(
        estate.query("""
            select split_part(campaign_id, ':', 2)::bigint, sum(revenue_amount * linear_weight)
            from marts.fct_attributed_revenue where is_attributed and campaign_id like 'completejourney:%' group by all
        """)
    )
    assert found == pytest.approx(shared)
    assert found.keys() == shared.keys()
    assert len(found) > 20
    total = estate.query("""
        select round(sum(revenue_amount * success_weight), 2), count(distinct record_id) filter (is_attributed)
        from marts.fct_attributed_revenue where record_id like 'completejourney:%'
    """)
    assert total == [(pytest.approx(float(exact(baskets["sales_value"].sum()))), ways["basket_id"].n_unique())]


def test_every_payment_of_the_marketplace(estate: Any) -> None:
    payments = pl.read_parquet(DATA / "olist" / "olist_order_payments_dataset.parquet")
    assert (payments.height, exact(payments["payment_value"].sum())) == (103_886, Decimal("16008872.12"))
    facts = "count(*), sum(amount), count(distinct order_id)"
    found = estate.query(f"select {facts} from intermediate.int_payments_unioned where source_name = 'olist'")
    assert found == [(103_886, Decimal("16008872.12"), payments["order_id"].n_unique())]


def test_an_order_of_the_marketplace_is_worth_what_was_paid_for_it(estate: Any) -> None:
    orders = marketplace("sample_orders/olist_orders_sample_union.csv")
    customers = marketplace("sample_orders/olist_customers_sample_union.csv")
    items = marketplace("sample_orders/olist_order_items_sample_union.csv")
    payments = pl.read_parquet(DATA / "olist" / "olist_order_payments_dataset.parquet")
    paid = payments.join(orders, on="order_id", how="semi")["payment_value"].sum()
    unpaid = items.join(payments, on="order_id", how="anti").join(orders, on="order_id", how="semi")
    worth = exact(paid + (unpaid["price"] + unpaid["freight_value"]).sum())
    gone = orders["order_status"].is_in(["canceled", "unavailable"]).sum()
    facts = "count(*), sum(original_gross_amount), count(distinct customer_id), count(*) filter (is_cancelled)"
    found = estate.query(f"select {facts} from marts.fct_orders where source_name = 'olist'")
    assert found == [(22_870, worth, customers["customer_unique_id"].n_unique(), gone)]
    # In reais, which nobody gave a rate to the reporting currency for.
    lines = "select count(*), sum(original_line_amount), sum(line_amount) from marts.fct_order_lines"
    found = estate.query(f"{lines} where source_name = 'olist'")
    assert found == [(items.height, exact(items["price"].sum()), None)]


def test_every_lead_of_the_marketplace_and_the_deals_that_came_of_it(estate: Any) -> None:
    leads = marketplace("olist_marketing_qualified_leads_dataset.csv")
    deals = marketplace("olist_closed_deals_dataset.csv")
    found = estate.query("select count(*), count(*) filter (is_converted) from intermediate.int_leads_unioned")
    assert found == [(leads.height, leads.join(deals, on="mql_id", how="semi").height)] == [(8_000, 842)]
    facts = "count(*), count(*) filter (is_won), count(distinct account_id), count(amount)"
    assert estate.query(f"select {facts} from marts.fct_opportunities") == [(842, 842, 842, 0)]


def test_every_review_of_the_marketplace(estate: Any) -> None:
    reviews = marketplace("sample_orders/olist_order_reviews_sample_union.csv")
    found = estate.query("""
        select count(*), count(*) filter (is_good), count(contact_id) from intermediate.int_survey_responses_unioned
    """)
    assert found == [(6_866, (reviews["review_score"] >= 4).sum(), 6_866)]


def test_every_line_has_its_product_and_products_without_a_list_are_kept(estate: Any) -> None:
    listed, sold = grocer("products")["product_id"], grocer("transactions")["product_id"].unique()
    unlisted = sold.filter(~sold.is_in(listed.implode())).len()
    assert unlisted == 17
    products = """
        select source_name, count(*), count(*) filter (not is_listed), count(first_sold_date)
        from marts.dim_products group by all order by all
    """
    worth = grocer("transactions").filter(pl.col("sales_value") >= 0.01)["product_id"].n_unique()
    ordered = marketplace("sample_orders/olist_order_items_sample_union.csv")["product_id"].n_unique()
    grocers, marketplaces = estate.query(products)
    assert grocers == ("completejourney", listed.len() + unlisted, unlisted, worth)
    assert marketplaces[:3] == ("olist", 32_951, 0)
    # Some were ordered in cancelled orders alone.
    assert 0.98 * ordered < marketplaces[3] < ordered
    orphans = "select count(*) from marts.fct_order_lines anti join marts.dim_products using (product_id)"
    assert estate.query(orphans) == [(0,)]
