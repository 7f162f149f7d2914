"""Olist: who ordered, what was paid, what was thought of it, and leads that became sellers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

PLACED = datetime(2018, 1, 1, 12)


def order(order_id: str, customer: str, status: str = "delivered") -> dict:
    return {"order_id": order_id, "customer_id": customer, "order_status": status, "order_purchase_timestamp": PLACED}


def test_two_orders_of_a_person_are_one_contacts_and_cost_what_was_paid(estate) -> None:
    estate.land("olist.customers", [{"customer_id": c, "customer_unique_id": "ana"} for c in ("c1", "c2")])
    estate.land("olist.orders", [order("o1", "c1"), order("o2", "c2", "canceled"), order("o3", "c3", "created")])
    # In two parts, and with interest; the second order's payment is not known.
    paid = [("o1", 1, "99.5"), ("o1", 2, "10")]
    estate.land(
        "olist.payments",
        [{"order_id": o, "payment_sequential": n, "payment_value": Decimal(value)} for o, n, value in paid],
    )
    items = [("o1", 1, "90", "9"), ("o2", 1, "20", "5"), ("o2", 2, "20", "5")]
    estate.land(
        "olist.order_items",
        [
            {"order_id": o, "order_item_id": n, "price": Decimal(p), "freight_value": Decimal(f), "product_id": "p1"}
            for o, n, p, f in items
        ],
    )
    assert estate.rows("stg_olist__orders", "order_id, contact_id, gross_amount, is_cancelled") == [
        ("olist:o1", "olist:ana", Decimal("109.5"), False),
        ("olist:o2", "olist:ana", Decimal("50"), True),
        ("olist:o3", "olist:c3", None, False),
    ]
    assert estate.rows("stg_olist__order_lines", "order_line_id, product_id, quantity, line_amount") == [
        ("olist:o1-1", "olist:p1", 1, Decimal("90")),
        ("olist:o2-1", "olist:p1", 1, Decimal("20")),
        ("olist:o2-2", "olist:p1", 1, Decimal("20")),
    ]


def test_a_payment_is_dated_by_its_order_and_kept_without_one(estate) -> None:
    estate.land("olist.orders", [order("o1", "c1") | {"order_approved_at": datetime(2018, 1, 2)}, order("o2", "c2")])
    kinds = [("o1", "boleto", 5), ("o2", "not_defined", 0), ("o9", "voucher", 7)]
    estate.land(
        "olist.payments",
        [{"order_id": o, "payment_sequential": 1, "payment_type": k, "payment_value": Decimal(v)} for o, k, v in kinds],
    )
    assert estate.rows("stg_olist__payments", "payment_id, contact_id, status, amount, occurred_at") == [
        ("olist:o1-1", "olist:c1", "succeeded", Decimal(5), datetime(2018, 1, 2)),
        ("olist:o2-1", "olist:c2", "cancelled", Decimal(0), PLACED),
        ("olist:o9-1", None, "succeeded", Decimal(7), None),
    ]


def test_four_and_five_stars_are_good(estate) -> None:
    estate.land("olist.orders", [order("o1", "c1"), order("o2", "c2")])
    stars = [("r1", "o1", 3), ("r1", "o2", 4), ("r2", "o2", 5)]
    estate.land(
        "olist.reviews",
        [{"review_id": r, "order_id": o, "review_score": s, "review_answer_timestamp": PLACED} for r, o, s in stars],
    )
    found = estate.rows("stg_olist__survey_responses", "response_id, contact_id, survey_type, is_good, score")
    assert found == [
        ("olist:r1-o1", "olist:c1", "csat", False, None),
        ("olist:r1-o2", "olist:c2", "csat", True, None),
        ("olist:r2-o2", "olist:c2", "csat", True, None),
    ]


def test_a_lead_that_was_won_is_a_deal_with_a_seller(estate) -> None:
    contacted = date(2018, 2, 1)
    estate.land(
        "olist.leads",
        [{"mql_id": m, "first_contact_date": contacted, "origin": "social"} for m in ("m1", "m2", "m3")],
    )
    estate.land(
        "olist.closed_deals",
        [
            {"mql_id": "m1", "seller_id": "s1", "sdr_id": "eve", "sr_id": "bob", "business_segment": "pet"}
            | {"won_date": datetime(2018, 3, 1, 1), "declared_monthly_revenue": Decimal(5000)},
            {"mql_id": "m2", "seller_id": "s2", "won_date": datetime(2018, 1, 20, 15)},
        ],
    )
    estate.land("olist.sellers", [{"seller_id": "s1"}, {"seller_id": "s3"}])
    assert estate.rows("stg_olist__leads", "lead_id, is_converted, converted_account_id, owner_id, lead_source") == [
        ("olist:m1", True, "olist:s1", "olist:eve", "social"),
        ("olist:m2", True, "olist:s2", None, "social"),
        ("olist:m3", False, None, None, "social"),
    ]
    found = estate.rows(
        "stg_olist__opportunities", "opportunity_id, account_id, owner_id, created_at, close_date, amount"
    )
    assert found == [
        # One o'clock in UTC is the evening before in São Paulo.
        ("olist:m1", "olist:s1", "olist:bob", datetime(2018, 2, 1), date(2018, 2, 28), None),
        ("olist:m2", "olist:s2", None, datetime(2018, 1, 20, 15), date(2018, 1, 20), None),
    ]
    assert estate.rows("stg_olist__accounts", "account_id, industry") == [
        ("olist:s1", "pet"),
        ("olist:s2", None),
        ("olist:s3", None),
    ]
    assert len(estate.rows("stg_olist__contacts", "contact_id")) == 3


def test_a_group_of_products_is_told_in_english_where_it_was_translated(estate) -> None:
    estate.land("olist.products", [{"product_id": "p1", "product_category_name": "artes"}, {"product_id": "p2"}])
    estate.land("olist.products", [{"product_id": "p3", "product_category_name": "pc_gamer"}], load="b")
    translated = {"product_category_name": "artes", "product_category_name_english": "art"}
    estate.land("olist.product_categories", [translated])
    assert estate.rows("stg_olist__products", "product_id, product_category") == [
        ("olist:p1", "art"),
        ("olist:p2", None),
        ("olist:p3", "pc_gamer"),
    ]
