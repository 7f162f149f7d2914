"""The Complete Journey: baskets from lines, what discounts are, mailings and coupons redeemed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any


def line(basket: str, product: str, value: str, **cells: Any) -> dict[str, Any]:
    at = {"household_id": "900", "transaction_timestamp": datetime(2017, 1, 1, 11, 53), "quantity": 1}
    return {"basket_id": basket, "product_id": product, "sales_value": Decimal(value)} | at | cells


def test_a_basket_is_the_sum_of_its_lines_and_says_what_the_shop_gave_away(estate) -> None:
    given = {"retail_disc": Decimal("0.39"), "coupon_disc": Decimal("0.55"), "coupon_match_disc": Decimal("0.45")}
    estate.land(
        "completejourney.transactions",
        [line("b1", "1", "1.50", quantity=2, **given), line("b1", "2", "2.00"), line("b2", "2", "0", quantity=0)],
    )
    assert estate.rows("stg_completejourney__orders", "order_id, contact_id, gross_amount, discount_amount") == [
        ("completejourney:b1", "completejourney:900", Decimal("3.5"), Decimal("0.84")),
        ("completejourney:b2", "completejourney:900", Decimal("0"), Decimal("0")),
    ]
    found = estate.rows("stg_completejourney__order_lines", "order_line_id, quantity, unit_price_amount, line_amount")
    assert found == [
        ("completejourney:b1-1", 2, Decimal("1.17"), Decimal("1.5")),
        ("completejourney:b1-2", 1, Decimal("2"), Decimal("2")),
        ("completejourney:b2-2", 0, None, Decimal("0")),
    ]


def test_a_file_landed_twice_doubles_nothing(estate) -> None:
    for night in (0, 1):
        estate.land("completejourney.transactions", [line("b1", "1", "1.5")], load=str(night), night=night)
    assert estate.row("stg_completejourney__orders", "gross_amount") == (Decimal("1.5"),)


def test_a_household_is_known_by_anything_it_did_or_got(estate) -> None:
    estate.land("completejourney.transactions", [line("b1", "1", "1.5", household_id="1")])
    estate.land("completejourney.campaigns", [{"campaign_id": "5", "household_id": "2"}])
    estate.land("completejourney.demographics", [{"household_id": "3", "age": "35-44"}, {"household_id": "1"}])
    found = estate.rows("stg_completejourney__contacts", "contact_id")
    assert [contact for (contact,) in found] == [f"completejourney:{n}" for n in (1, 2, 3)]


def test_mailings_and_redeemed_coupons_are_touches_of_a_printed_campaign(estate) -> None:
    campaign = {"campaign_id": "5", "campaign_type": "Type B", "start_date": date(2017, 3, 3)}
    estate.land("completejourney.campaign_descriptions", [campaign])
    estate.land("completejourney.campaigns", [{"campaign_id": "5", "household_id": "2"}])
    redeemed = {"campaign_id": "5", "household_id": "2", "redemption_date": date(2017, 3, 9)}
    estate.land("completejourney.coupon_redemptions", [redeemed | {"coupon_upc": upc} for upc in ("70", "71")])
    assert estate.row("stg_completejourney__campaigns", "campaign_name, channel, sent_at") == (
        "Type B, 5",
        "post",
        datetime(2017, 3, 3),
    )
    assert estate.rows("stg_completejourney__campaign_touches", "touch_id, touch_type, occurred_at") == [
        ("completejourney:5-2-70-2017-03-09-redeemed", "redeemed", datetime(2017, 3, 9)),
        ("completejourney:5-2-71-2017-03-09-redeemed", "redeemed", datetime(2017, 3, 9)),
        ("completejourney:5-2-sent", "sent", datetime(2017, 3, 3)),
    ]


def test_a_product_is_called_what_it_is_and_grouped_by_the_finest_group_known(estate) -> None:
    estate.land(
        "completejourney.products",
        [
            {"product_id": "1", "department": "GROCERY", "product_category": "FRUIT", "product_type": "APPLE SAUCE"}
            | {"package_size": "50 OZ"},
            {"product_id": "2", "department": "MISCELLANEOUS"},
        ],
    )
    assert estate.rows("stg_completejourney__products", "product_id, product_name, product_category") == [
        ("completejourney:1", "APPLE SAUCE, 50 OZ", "FRUIT"),
        ("completejourney:2", None, "MISCELLANEOUS"),
    ]
