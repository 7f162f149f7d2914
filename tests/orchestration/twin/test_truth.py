"""The truth covers what was exported and agrees with itself."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from datetime import datetime, timedelta

import polars as pl
import pytest

from orchestration.twin.truth_tables import WINDOWS

AS_OF = datetime(2026, 11, 1)


def md5(email: str) -> str:
    return hashlib.md5(email.strip().lower().encode()).hexdigest()


def exported_records(twin) -> dict[tuple[str, str], str]:
    """(source, record id) of every person record in the exports -> MD5 of the address it carries."""
    found = {}
    for row in twin.rows("hubspot/hubspot-crm-exports-all-contacts.csv"):
        found["hubspot", row["Record ID"]] = md5(row["Email"])
    for user in twin.objects("users"):
        if user["role"] == "end-user":
            found["zendesk", str(user["id"])] = md5(user["email"])
    for row in twin.rows("shopify/customers_export.csv"):
        found["shopify", row["Customer ID"].removeprefix("'")] = md5(row["Email"])
    for name in ("subscribed_members_export", "unsubscribed_members_export"):
        for row in twin.rows(f"mailchimp/{name}.csv"):
            found["mailchimp", md5(row["Email Address"])] = md5(row["Email Address"])
    for row in twin.rows("nps_survey/nps_responses.csv"):
        found["nps_survey", md5(row["Email"])] = md5(row["Email"])
    for row in twin.rows("generic/subscriptions.csv"):
        found["boxes", md5(row["email"])] = md5(row["email"])
    return found


def test_identities_name_a_person_for_every_exported_record_and_for_no_other(twin):
    known = {(row["source"], row["record_id"]): row["email_md5"] for row in twin.truth("identities").to_dicts()}
    assert known == exported_records(twin)
    assert len(known) == len(twin.truth("identities"))
    assert {source for source, _ in known} == {"hubspot", "zendesk", "shopify", "mailchimp", "nps_survey", "boxes"}


def test_a_missing_identity_is_noticed(twin):
    known = set(twin.truth("identities").slice(1).select("source", "record_id").iter_rows())
    assert len(set(exported_records(twin)) - known) == 1


def test_an_address_is_one_person_and_a_person_one_address(twin):
    pairs = twin.truth("identities").select("person_id", "email_md5").unique()
    assert pairs["person_id"].is_unique().all()
    assert pairs["email_md5"].is_unique().all()
    systems = twin.truth("identities").group_by("person_id").agg(pl.col("source").n_unique())
    assert set(systems["source"]) == {1, 2, 3, 4, 5, 6}


def test_the_summed_future_is_that_of_the_single_orders(twin):
    customers, orders = twin.truth("customers"), twin.truth("future_orders")
    assert orders["ordered_at"].min() >= AS_OF
    assert orders["ordered_at"].max() < AS_OF + timedelta(days=365)
    for window in WINDOWS:
        inside = orders.filter(pl.col("ordered_at") < AS_OF + timedelta(days=window))
        counted = inside.group_by("person_id").agg(
            pl.len().alias("orders"),
            pl.col("ordered_at").dt.date().n_unique().alias("days"),
            pl.col("spend_amount").sum().round(2).alias("spend"),
        )
        both = customers.join(counted, on="person_id", how="left").fill_null(0)
        assert (both[f"orders_next_{window}"] == both["orders"]).all()
        assert (both[f"purchase_days_next_{window}"] == both["days"]).all()
        assert ((both[f"spend_next_{window}"] - both["spend"]).abs() < 0.011).all()


def test_only_customers_who_are_still_there_buy_in_future(twin):
    customers = twin.truth("customers")
    gone = customers.filter(~pl.col("is_alive"))
    assert len(gone) > 300
    assert gone["orders_next_365"].sum() == 0
    assert customers.filter("is_alive")["orders_next_365"].sum() > 1_000
    prospects = customers.filter(~pl.col("is_customer"))
    assert prospects.select("purchase_rate", "orders_so_far").sum().row(0) == (0.0, 0)


def test_past_orders_in_truth_are_those_in_the_shop(twin):
    shop = Counter(row["Email"] for row in twin.order_lines() if row["Total"] and not row["Cancelled at"])
    by_md5 = {md5(email): count for email, count in shop.items() if email}
    persons = dict(twin.truth("identities").select("person_id", "email_md5").unique().iter_rows())
    for row in twin.truth("customers").filter("is_customer").iter_rows(named=True):
        assert row["orders_so_far"] == by_md5.get(persons[row["person_id"]], 0)


def test_baskets_come_out_a_seventh_larger_than_they_aim_to_be(twin):
    """Goods before discount, of everybody's orders together: a line has one piece at least, so a seventh larger."""
    goods: Counter[str] = Counter()
    for row in twin.order_lines():
        if row["Total"] and row["Email"] and not row["Cancelled at"]:
            goods[md5(row["Email"])] += float(row["Subtotal"]) + float(row["Discount Amount"])
    persons = dict(twin.truth("identities").select("person_id", "email_md5").unique().iter_rows())
    rows = twin.truth("customers").filter(pl.col("orders_so_far") > 0).to_dicts()
    aimed = sum(row["mean_basket"] * row["orders_so_far"] for row in rows)
    assert sum(goods[persons[row["person_id"]]] for row in rows) / aimed == pytest.approx(1.14, abs=0.06)
    private = [row["mean_basket"] for row in rows if row["company_name"] is None]
    business = [row["mean_basket"] for row in rows if row["company_name"] is not None]
    assert sum(private) / len(private) == pytest.approx(56, rel=0.1)
    assert sum(business) / len(business) > 3 * sum(private) / len(private)


def test_campaign_counts_are_those_of_the_export(twin):
    effects = twin.truth("campaign_effects")
    sent = Counter(row["campaign_id"] for row in twin.rows("mailchimp/campaign_recipient.csv"))
    assert dict(effects.select("campaign_id", "count_recipients").iter_rows()) == dict(sent)
    held_out = dict(twin.truth("campaign_holdouts").group_by("campaign_id").len().iter_rows())
    assert (
        dict(effects.filter(pl.col("count_held_out") > 0).select("campaign_id", "count_held_out").iter_rows())
        == held_out
    )
    assert set(effects["campaign_id"]) == {row["id"] for row in twin.rows("mailchimp/campaign.csv")}
    assert Counter(effects["kind"]) == {"helps": 13, "nothing": 12, "annoys": 1}
    idle = effects.filter(pl.col("kind") == "nothing")
    assert idle.select("expected_extra_orders", "expected_extra_dropouts").sum().row(0) == (0.0, 0.0)


def test_companions_follow_in_the_exports_as_often_as_the_truth_says(twin):
    """Main products open an order's lines; a companion also gets bought by chance, so the share is a little higher."""
    history: dict[str, list[str]] = {}
    for row in sorted((row for row in twin.order_lines() if row["Email"]), key=lambda row: int(row["Name"][1:])):
        history.setdefault(row["Email"], []).append(row["Lineitem sku"])
    companion = dict(twin.truth("product_companions").select("sku", "next_sku").iter_rows())
    chances = [
        companion[first] == then
        for skus in history.values()
        for first, then in itertools.pairwise(skus)
        if first in companion
    ]
    assert len(chances) > 500
    assert sum(chances) / len(chances) == pytest.approx(0.36, abs=0.05)


def test_parameters_tell_seed_size_and_date(twin):
    said = json.loads((twin.home / "truth" / "parameters.json").read_text(encoding="utf-8"))
    assert (said["seed"], said["customers"], said["as_of_date"]) == (7, 1_200, "2026-11-01")
    assert said["generated_data"] is True
    assert said["follow_up_probability"] == 0.35
