"""dim_customers, fct_orders and the identities behind them: who is whom, what they bought, how they score."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

ANNA, BERT = "anna@mail.example", "bert@mail.example"
CLEO, DORA = "cleo@mail.example", "dora@mail.example"


def customer(email: str) -> str:
    return "cus_" + hashlib.md5(f"email:{email}".encode()).hexdigest()[:16]


def order(number: int, email: str | None, day: str, total: float, **columns: object) -> dict:
    line = {"lineitem_name": "Tea", "lineitem_quantity": 2, "lineitem_price": total, "currency": "USD"}
    return {"order_name": f"#{number}", "order_id": str(number), "email": email, "created_at": f"{day} 09:00:00"} | {
        "total": total,
        **line,
        **columns,
    }


def purchase(person: str, day: str, value: float) -> dict:
    return {"customer_id": person, "purchase_date": day, "number_of_cds": 1, "dollar_value": value}


def score(name: str, customer_id: str, **columns: object) -> dict:
    return {"customer_id": customer_id, "as_of_date": "2026-11-01", "model_version": "1", **columns}


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    contacts = [
        {
            "record_id": "1",
            "first_name": "Jo",
            "last_name": "Smith",
            "email": " Anna@Mail.example",
            "lifecycle_stage": "Lead",
        },
        {"record_id": "2", "first_name": "Jo", "last_name": "Smith", "email": BERT, "lifecycle_stage": "Customer"},
        {"record_id": "3", "first_name": "Jo", "last_name": "Smith", "email": None},
        {"record_id": "4", "first_name": "Jo", "last_name": "Smith", "email": "n/a"},
        {"record_id": "5", "first_name": "Jo", "last_name": "Smith", "email": "n/a"},
        {"record_id": "6", "email": "later@mail.example", "create_date": "2026-11-02 00:00:00"},
        {
            "record_id": "7",
            "first_name": "Anna",
            "last_name": "Smith",
            "email": "ANNA@mail.example ",
            "lifecycle_stage": "Customer",
            "last_activity_date": "2026-09-01 00:00:00",
        },
        {"record_id": "8", "email": CLEO, "create_date": "2026-01-01 00:00:00"},
        {"record_id": "9", "email": DORA, "create_date": "2026-01-01 00:00:00"},
    ]
    orders = [
        order(1, ANNA, "2026-01-01", 100),
        order(2, ANNA.upper(), "2026-01-11", 50, refunded_amount=20),
        order(3, ANNA, "2026-01-11", 30),
        order(4, ANNA, "2026-02-10", 70, cancelled_at="2026-02-11 00:00:00"),
        order(5, ANNA, "2026-01-31", 40),
        order(6, ANNA, "2026-11-01", 999),
        order(7, None, "2026-03-01", 60),
        order(8, BERT, "2026-03-01", 0),
    ]
    # Nine buyers with equal values in threes, and two more who equal the lowest three.
    equal = [(f"E{n}", f"1998-0{1 + n // 3}-01", 10 * (1 + n // 3)) for n in range(9)]
    equal += [("E9", "1998-01-01", 10), ("E10", "1998-01-01", 10)]
    consents = {"email_address": ANNA, "last_changed": "2026-05-01 00:00:00"}
    estate = make_estate(
        {
            "hubspot.contacts": contacts,
            "shopify.orders": orders,
            "shopify.customers": [{"customer_id": "'77", "email": ANNA, "accepts_email_marketing": True}],
            "mailchimp.subscribed_members": [
                consents | {"confirm_time": "2026-04-01 00:00:00"},
                {"email_address": CLEO, "confirm_time": "2026-11-20 00:00:00", "last_changed": "2026-11-20 00:00:00"},
                {"email_address": DORA, "confirm_time": "2026-04-01 00:00:00", "last_changed": "2026-04-01 00:00:00"},
            ],
            "mailchimp.unsubscribed_members": [
                consents | {"unsub_time": "2026-05-01 00:00:00", "optin_time": "2026-04-01 00:00:00"},
                {"email_address": DORA, "unsub_time": "2026-11-20 00:00:00", "last_changed": "2026-11-20 00:00:00"},
            ],
            "zendesk.tickets": [{"id": 1, "requester_id": 5, "status": "open", "created_at": "2026-10-30 00:00:00"}],
            "nps_survey.responses": [
                {"response_id": "1", "email": ANNA, "score": 9, "submitted_at": "2026-03-01 00:00:00"},
                {"response_id": "2", "email": ANNA, "score": 10, "submitted_at": "2026-02-01 00:00:00"},
                {"response_id": "3", "email": ANNA, "score": 0, "submitted_at": "2026-12-01 00:00:00"},
            ],
            # A mailing reached both; no export of the audience names Bert, and none knows the other.
            "mailchimp.campaigns": [{"id": "c1", "title": "Spring", "send_time": "2026-03-01 00:00:00"}],
            "mailchimp.campaign_recipients": [
                {"campaign_id": "c1", "member_id": member}
                for member in (hashlib.md5(BERT.encode()).hexdigest(), "0" * 32)
            ],
            "cdnow.purchases": [purchase(*row) for row in equal],
        }
    )
    anna = customer(ANNA)
    estate.write_scores(
        {
            "churn": [score("churn", anna, churn_probability=0.7, churn_band="High")],
            "next_purchase": [score("next_purchase", anna, as_of_date="2026-10-31", next_purchase_probability_30d=0.9)],
            "lifetime_value": [
                score(
                    "lifetime_value",
                    anna,
                    predicted_clv_amount=12.34567,
                    predicted_clv_low=2.0,
                    predicted_clv_high=30.0,
                    discounted_lifetime_value_amount=40.5,
                    discounted_lifetime_value_low=3.0,
                    discounted_lifetime_value_high=90.0,
                )
            ],
        }
    )
    estate.build_models("+dim_customers", "+fct_orders", "+pii_customers")
    return estate


@pytest.fixture(scope="module")
def customers(estate: Any) -> dict[str, dict]:
    return estate.rows("marts.dim_customers", "customer_id")


@pytest.fixture(scope="module")
def orders(estate: Any) -> dict[str, dict]:
    return estate.rows("marts.fct_orders", "order_id")


def test_one_address_in_three_systems_is_one_customer(customers: dict) -> None:
    anna = customers[customer(ANNA)]
    assert anna["source_names"] == "hubspot,mailchimp,nps_survey,shopify"
    assert anna["lifecycle_stage"] == "Customer", "the newest record that says anything wins"


def test_equal_names_and_placeholders_do_not_make_one_person(customers: dict) -> None:
    assert {"hubspot:3", "hubspot:4", "hubspot:5", customer(BERT)} <= set(customers)


def test_people_who_appear_after_as_of_date_are_not_there(customers: dict) -> None:
    assert customer("later@mail.example") not in customers


def test_a_person_known_only_from_a_ticket_is_a_customer_too(customers: dict) -> None:
    assert customers["zendesk:5"]["count_open_tickets"] == 1
    assert customers["zendesk:5"]["first_seen_at"] == datetime(2026, 10, 30)


def test_a_mailing_reaches_the_customer_whose_address_it_hashes(customers: dict) -> None:
    assert customers[customer(BERT)]["source_names"] == "hubspot,mailchimp,shopify"
    assert f"mailchimp:{'0' * 32}" in customers, "an address that nobody knows is a person of its own"


def test_history_is_net_of_refunds_without_cancelled_and_later_orders(customers: dict) -> None:
    anna = customers[customer(ANNA)]
    assert anna["historic_number_of_orders"] == 4
    assert anna["historic_clv_amount"] == Decimal("200.0000")
    assert anna["average_order_value_amount"] == Decimal("50.0000")
    assert anna["average_days_between_orders"] == 15, "two orders on one day are one purchase day"
    assert (anna["first_order_date"], anna["last_order_date"]) == (date(2026, 1, 1), date(2026, 1, 31))


def test_undefined_is_null_and_nothing_bought_is_nought(customers: dict) -> None:
    bert = customers[customer(BERT)]
    assert (bert["historic_number_of_orders"], bert["historic_clv_amount"]) == (0, 0)
    for column in ("average_order_value_amount", "average_days_between_orders", "rfm_group", "has_marketing_consent"):
        assert bert[column] is None, column


def test_neither_who_says_yes_later_nor_who_says_no_later_is_taken_for_willing(customers: dict) -> None:
    assert not customers[customer(CLEO)]["has_marketing_consent"]
    assert not customers[customer(DORA)]["has_marketing_consent"]


def test_the_newest_statement_on_consent_counts(customers: dict) -> None:
    assert customers[customer(ANNA)]["has_marketing_consent"] is False


def test_the_newest_survey_answer_seen_counts(customers: dict) -> None:
    assert customers[customer(ANNA)]["last_nps_score"] == 9


def test_scores_of_another_day_are_not_shown_as_todays(customers: dict) -> None:
    anna = customers[customer(ANNA)]
    assert (anna["churn_probability"], anna["churn_band"]) == (0.7, "High")
    assert anna["next_purchase_probability_30d"] is None
    assert anna["total_clv_amount"] == Decimal("212.3457")
    assert (anna["total_clv_low"], anna["total_clv_high"]) == (202, 230), "what was bought is known: 200"
    assert anna["discounted_lifetime_value_amount"] == Decimal("40.5"), "no part of the total"


def test_equal_customers_score_equally(customers: dict) -> None:
    kinds = ("recency", "frequency", "monetary")
    scores = {n: tuple(customers[f"cdnow:E{n}"][f"rfm_{kind}_score"] for kind in kinds) for n in range(11)}
    assert len({scores[n] for n in (0, 1, 2, 9, 10)}) == 1, "ntile would split the five of them"
    assert scores[0] == (1, 1, 1), "bought longest ago, once, least"
    assert len({scores[n] for n in (6, 7, 8)}) == 1
    assert scores[6][0] > scores[0][0]


def test_scores_use_the_whole_range(customers: dict) -> None:
    buyers = [row for row in customers.values() if row["rfm_group"]]
    assert {row["rfm_recency_score"] for row in buyers} == {1, 2, 3}
    assert customers[customer(ANNA)]["rfm_group"] == "Champions"


def test_orders_are_numbered_by_purchase(orders: dict) -> None:
    numbers = {name.split(":")[1]: row["customer_order_number"] for name, row in orders.items() if "shopify" in name}
    assert numbers == {"1": 1, "2": 2, "3": 3, "5": 4, "4": None, "7": None, "8": None}


def test_anonymous_orders_stay_in_the_totals(orders: dict) -> None:
    assert orders["shopify:7"]["customer_id"] is None
    assert orders["shopify:7"]["is_purchase"] is True


def test_free_and_cancelled_orders_are_no_purchases(orders: dict) -> None:
    assert [orders[f"shopify:{number}"]["is_purchase"] for number in (4, 8)] == [False, False]


def test_personal_data_is_apart(estate: Any, customers: dict) -> None:
    people = estate.rows("pii.pii_customers", "customer_id")
    assert set(people) == set(customers)
    assert people[customer(ANNA)]["email"] == ANNA
    assert people[customer(ANNA)]["full_name"] == "Anna Smith"
    assert not [
        value for row in customers.values() for value in row.values() if isinstance(value, str) and "@" in value
    ]
