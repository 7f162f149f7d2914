"""Stripe: smallest units become units of the currency, and money that a shop took is not an order a second time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from hashlib import md5

import pytest


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def stripe(exported):
    return exported("stripe")


def payment(estate, payment_id: str, columns: str) -> tuple:
    rows = estate.query(f"select {columns} from staging.stg_stripe__payments where payment_id = '{payment_id}'")
    assert len(rows) == 1, rows
    return rows[0]


def test_every_export_of_either_shape_is_read_and_only_the_broken_charge_is_set_aside(stripe) -> None:
    assert {load.status for load in stripe.loads} == {"loaded"}
    assert {load.file: load.rows_quarantined for load in stripe.loads if load.rows_quarantined} == {"charges.ndjson": 1}


def test_amounts_are_units_of_the_currency_whatever_its_smallest_unit(stripe) -> None:
    assert payment(stripe, "stripe:ch_inv", "amount, currency") == (Decimal("58.0000"), "USD")
    assert payment(stripe, "stripe:ch_yen", "amount, currency") == (Decimal("4800.0000"), "JPY")
    assert payment(stripe, "stripe:ch_reserved", "amount, currency") == (Decimal("12345.6780"), "KWD")
    assert payment(stripe, "stripe:ch_late", "amount, currency") == (Decimal("4800.0000"), "JPY")


def test_a_charge_in_both_exports_is_one_payment(stripe) -> None:
    assert payment(stripe, "stripe:ch_inv", "status, occurred_at") == ("succeeded", at("2026-02-01 10:00"))


def test_a_payment_knows_its_invoice_and_subscription_also_where_only_the_invoice_names_it(stripe) -> None:
    links = "contact_id, order_id, subscription_id"
    assert payment(stripe, "stripe:ch_inv", links) == ("stripe:cus_Ada", "stripe:in_paid", "stripe:sub_ada")
    assert payment(stripe, "stripe:ch_yen", links) == ("stripe:cus_Ken", "stripe:in_new", "stripe:sub_ken")


def test_refunds_are_payments_of_the_customer_whose_charge_they_give_back(stripe) -> None:
    columns = "payment_type, status, amount, contact_id, order_id, failure_reason, occurred_at"
    assert payment(stripe, "stripe:re_part", columns) == (
        "refund", "succeeded", Decimal(15), "stripe:cus_Ada", "stripe:in_paid", None, at("2026-02-02 10:00"),
    )  # fmt: skip
    assert payment(stripe, "stripe:re_bounced", columns) == (
        "refund", "failed", Decimal(300), "stripe:cus_Ken", "stripe:in_new", "expired_or_canceled_card",
        at("2026-02-02 11:00"),
    )  # fmt: skip


def test_a_refund_that_only_the_charge_tells_of_is_not_lost_and_a_known_one_not_doubled(stripe) -> None:
    refunds = "select payment_id, amount, occurred_at from staging.stg_stripe__payments where payment_type = 'refund'"
    assert stripe.query(f"{refunds} and payment_id like '%-refunded' order by all") == [
        ("stripe:ch_guest-refunded", Decimal("19.9900"), None),
        ("stripe:ch_old-refunded", Decimal(100), at("2025-11-07 08:00")),
    ]


def test_money_that_failed_was_reserved_or_called_off_has_not_been_paid(stripe) -> None:
    assert payment(stripe, "stripe:ch_declined", "status, failure_reason") == ("failed", "Your card was declined.")
    assert payment(stripe, "stripe:ch_reserved", "status") == ("pending",)
    assert payment(stripe, "stripe:pi_never", "status") == ("cancelled",)


def test_test_data_is_nobodys_money(stripe) -> None:
    assert stripe.query("select count(*) from staging.stg_stripe__payments where payment_id like '%test%'") == [(0,)]
    assert stripe.query("select count(*) from staging.stg_stripe__contacts where contact_id like '%Test'") == [(0,)]


def test_only_paid_invoices_are_orders_so_a_charge_of_the_shop_is_not_counted_twice(stripe) -> None:
    orders = "order_id, contact_id, ordered_at, order_type, currency, gross_amount, refund_amount, discount_amount"
    assert stripe.rows("stg_stripe__orders", orders) == [
        ("stripe:in_credit", "stripe:cus_Ada", at("2026-02-03 06:26:40"), "refund", "USD", 0, Decimal("14.5"), 0),
        ("stripe:in_new", "stripe:cus_Ken", at("2026-02-01 11:00"), "sale", "JPY", 4800, 0, 0),
        ("stripe:in_old", "stripe:cus_Old", at("2025-09-01 09:01"), "sale", "EUR", Decimal("28.5"), 0, 0),
        ("stripe:in_paid", "stripe:cus_Ada", at("2026-02-01 10:00"), "sale", "USD", 58, 15, Decimal("5.8")),
    ]


def test_lines_of_every_version_of_the_api_have_product_price_and_amount_after_discount(stripe) -> None:
    columns = "order_line_id, product_id, product_name, quantity, unit_price_amount, line_amount"
    assert stripe.rows("stg_stripe__order_lines", columns) == [
        ("stripe:in_credit-1", "stripe:prod_pro", "Pro", 2, 29, Decimal("-14.5")),
        ("stripe:in_new-1", "stripe:prod_pro", "Pro", 1, 4800, 4800),
        ("stripe:in_paid-1", "stripe:prod_pro", "Pro", 2, 29, Decimal("52.2")),
        ("stripe:in_paid-2", "stripe:prod_setup", "Set-up fee", 1, Decimal("5.8"), Decimal("5.8")),
    ]


def test_a_subscription_costs_the_sum_of_its_items_each_period(stripe) -> None:
    columns = "subscription_id, status, currency, recurring_amount, billing_period, count_billing_periods, quantity"
    assert stripe.rows("stg_stripe__subscriptions", columns) == [
        ("stripe:sub_ada", "active", "USD", Decimal("60.02"), "month", 3, 6),
        ("stripe:sub_ken", "past_due", "JPY", 4800, "year", 1, 1),
        ("stripe:sub_old", "ended", "EUR", Decimal("28.5"), "month", 1, 3),
    ]


def test_a_subscription_that_was_cancelled_runs_until_it_ended(stripe) -> None:
    columns = "subscription_id, product_name, started_at, trial_ends_at, cancelled_at, ended_at"
    assert stripe.rows("stg_stripe__subscriptions", columns) == [
        ("stripe:sub_ada", "Pro", at("2026-01-01 10:00"), at("2026-01-08 10:00"), at("2026-02-04 10:13:20"), None),
        ("stripe:sub_ken", "Pro", at("2026-02-01 10:50"), None, None, None),
        ("stripe:sub_old", "price_basic", at("2025-06-01 08:00"), None, at("2025-10-20 12:00"), at("2025-11-01 08:00")),
    ]


def test_customers_guests_and_people_on_documents_are_contacts_once(stripe) -> None:
    def guest(email: str) -> str:
        return f"stripe:{md5(email.encode()).hexdigest()}"

    assert stripe.query(
        "select contact_id, email, full_name, country from staging.stg_stripe__contacts order by 2"
    ) == [
        ("stripe:cus_Ada", "ada@mail.example", "Ada Moreau", "FR"),
        (guest("bo@mail.example"), "bo@mail.example", "Bo Lind", "US"),
        ("stripe:cus_Old", "cleo@mail.example", "Cleo Park", None),
        (guest("dan@mail.example"), "dan@mail.example", None, None),
        ("stripe:cus_Eve", "eve@mail.example", "Eve Stone", None),
        ("stripe:cus_Ken", "ken@mail.example", "Ken Abe", None),
        ("stripe:cus_Gone", None, None, None),
    ]
