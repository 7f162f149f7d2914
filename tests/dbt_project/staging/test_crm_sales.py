"""CRM sales: full exports replace each other, GTXPro is GTX Pro, open deals know little."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

DEALS = "stg_crm_sales__opportunities"


def test_a_product_spelled_two_ways_is_one_product(estate) -> None:
    products = ["GTXPro", "GTX Pro", "GTX Plus Pro"]
    deals = [{"opportunity_id": str(n), "product": p, "deal_stage": "Won"} for n, p in enumerate(products)]
    estate.land("crm_sales.sales_pipeline", deals)
    assert [row[1] for row in estate.rows(DEALS, "opportunity_id, product_name")] == [
        "GTX Pro",
        "GTX Pro",
        "GTX Plus Pro",
    ]


def test_stages_decide_status_and_probability(estate) -> None:
    engaged = {"engage_date": date(2017, 1, 2), "account": "Acme", "sales_agent": "Agent A"}
    estate.land(
        "crm_sales.sales_pipeline",
        [
            {"opportunity_id": "1", "deal_stage": "Won", "close_value": 54, "close_date": date(2017, 3, 1)} | engaged,
            {"opportunity_id": "2", "deal_stage": "Lost", "close_value": 0, "close_date": date(2017, 3, 1)} | engaged,
            {"opportunity_id": "3", "deal_stage": "Engaging"} | engaged,
            {"opportunity_id": "4", "deal_stage": "Prospecting", "sales_agent": "Agent A"},
        ],
    )
    day = datetime(2017, 1, 2)
    assert estate.rows(DEALS, "opportunity_id, status, probability, amount, account_id, created_at") == [
        ("crm_sales:1", "Won", 1.0, Decimal(54), "crm_sales:Acme", day),
        ("crm_sales:2", "Lost", 0.0, Decimal(0), "crm_sales:Acme", day),
        ("crm_sales:3", "Pipeline", None, None, "crm_sales:Acme", day),
        ("crm_sales:4", "Pipeline", None, None, None, None),
    ]


def test_the_latest_export_replaces_all_before_it(estate) -> None:
    estate.land("crm_sales.sales_teams", [{"sales_agent": "Leaver"}, {"sales_agent": "Stayer"}], load="z")
    estate.land("crm_sales.sales_teams", [{"sales_agent": "Stayer", "regional_office": "East"}], load="a", night=1)
    assert estate.row("stg_crm_sales__users", "user_id, team_name, role") == ("crm_sales:Stayer", "East", "agent")


def test_revenue_is_exported_in_millions_and_parents_are_named(estate) -> None:
    estate.land("crm_sales.accounts", [{"account": "Child", "revenue": Decimal("4.54"), "subsidiary_of": "Acme"}])
    found = estate.row("stg_crm_sales__accounts", "account_id, annual_revenue_amount, parent_account_id")
    assert found == ("crm_sales:Child", Decimal(4_540_000), "crm_sales:Acme")


def test_a_product_has_the_name_and_id_by_which_deals_know_it(estate) -> None:
    estate.land("crm_sales.products", [{"product": "GTX Pro", "series": "GTX", "sales_price": Decimal(4821)}])
    estate.land("crm_sales.sales_pipeline", [{"opportunity_id": "1", "product": "GTXPro", "deal_stage": "Won"}])
    found = estate.row("stg_crm_sales__products", "product_id, product_name, product_category, list_price_amount")
    assert found == ("crm_sales:GTX Pro", "GTX Pro", "GTX", Decimal(4821))
    assert estate.row(DEALS, "product_name") == ("GTX Pro",)
