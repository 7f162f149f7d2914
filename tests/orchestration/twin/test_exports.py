"""The exports have the vendors' headers and quirks, add up, and know nothing of the as-of date or later."""

from __future__ import annotations

import csv
import itertools
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.twin.writers import (
    hubspot_contacts,
    hubspot_deals,
    mailchimp_audience,
    mailchimp_campaigns,
    own_lists,
    shopify_customers,
    shopify_orders,
)

VENDOR_COLUMNS = Path(__file__).parents[3].parent / "shared" / "data" / "vendor_samples" / "vendor_columns.csv"
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
UNSUBSCRIBE = ("UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON", "UNSUB_REASON_OTHER")


def vendor_columns(vendor: str, surface: str, table: str) -> list[str]:
    if not VENDOR_COLUMNS.exists():
        pytest.skip("the vendors' column lists are not on this machine")
    with VENDOR_COLUMNS.open(encoding="utf-8", newline="") as handle:
        rows = [
            row
            for row in csv.DictReader(handle)
            if (row["vendor"], row["surface"], row["object"]) == (vendor, surface, table)
        ]
    return [row["column_name"] for row in sorted(rows, key=lambda row: int(row["ordinal"]))]


@pytest.mark.parametrize(
    ("columns", "vendor", "surface", "table", "left_out", "added"),
    [
        (hubspot_contacts.CONTACT_COLUMNS, "hubspot", "ui_csv_export", "contacts", (), ()),
        (hubspot_contacts.COMPANY_COLUMNS, "hubspot", "ui_csv_export", "companies_default_view", (), ()),
        (
            hubspot_deals.DEAL_COLUMNS,
            "hubspot",
            "ui_csv_export",
            "deals",
            ('Date entered "<Stage> (<Pipeline>)"', 'Date exited "<Stage> (<Pipeline>)"'),
            (),
        ),
        (
            mailchimp_audience.MEMBER_COLUMNS,
            "mailchimp",
            "ui_audience_export",
            "subscribed_members",
            ("<merge fields>",),
            (),
        ),
        (
            mailchimp_audience.UNSUBSCRIBED_COLUMNS,
            "mailchimp",
            "ui_audience_export",
            "subscribed_members",
            ("<merge fields>",),
            UNSUBSCRIBE,
        ),
        (mailchimp_campaigns.CAMPAIGN_COLUMNS, "mailchimp", "fivetran_table", "campaign", (), ()),
        (mailchimp_campaigns.RECIPIENT_COLUMNS, "mailchimp", "fivetran_table", "campaign_recipient", (), ()),
        (mailchimp_campaigns.ACTIVITY_COLUMNS, "mailchimp", "fivetran_table", "campaign_recipient_activity", (), ()),
        (shopify_orders.ORDER_COLUMNS, "shopify", "ui_csv_export", "orders", (), ()),
        (shopify_customers.CUSTOMER_COLUMNS, "shopify", "ui_csv_export", "customers", (), ()),
    ],
)  # fmt: skip
def test_headers_are_the_vendors_own(columns, vendor, surface, table, left_out, added):
    expected = [name for name in vendor_columns(vendor, surface, table) if name not in left_out]
    assert list(columns) == [*expected, *added]


def test_files_begin_with_their_header(twin):
    for name, columns in (
        ("hubspot/hubspot-crm-exports-all-contacts.csv", hubspot_contacts.CONTACT_COLUMNS),
        ("hubspot/hubspot-crm-exports-all-companies.csv", hubspot_contacts.COMPANY_COLUMNS),
        ("hubspot/hubspot-crm-exports-all-deals.csv", hubspot_deals.DEAL_COLUMNS),
        ("hubspot/hubspot-crm-exports-all-engagements.csv", hubspot_deals.ENGAGEMENT_COLUMNS),
        ("shopify/orders_export_1.csv", shopify_orders.ORDER_COLUMNS),
        ("shopify/orders_export_late.csv", shopify_orders.ORDER_COLUMNS),
        ("shopify/customers_export.csv", shopify_customers.CUSTOMER_COLUMNS),
        ("mailchimp/unsubscribed_members_export.csv", mailchimp_audience.UNSUBSCRIBED_COLUMNS),
        ("mailchimp/campaign_recipient_activity.csv", mailchimp_campaigns.ACTIVITY_COLUMNS),
        ("nps_survey/nps_responses.csv", ("Response ID", "Email", "Score", "Comment", "Submitted at")),
        ("generic/subscriptions.csv", own_lists.SUBSCRIPTION_COLUMNS),
        ("generic/campaign_costs.csv", own_lists.COST_COLUMNS),
    ):
        assert twin.csv_records(name)[0] == list(columns), name


def test_hubspot_quotes_every_cell_and_keeps_line_feeds_inside(twin):
    text = (twin.home / "landing" / "hubspot" / "hubspot-crm-exports-all-contacts.csv").read_text(encoding="utf-8")
    unquoted = text.replace('""', "").split('"')[::2]
    assert set("".join(unquoted)) == {",", "\n"}
    messages = [row["Message"] for row in twin.rows("hubspot/hubspot-crm-exports-all-contacts.csv")]
    assert "We would like a quote, for 40 mugs.\nThanks in advance!" in messages
    assert 'Do you ship the "Raised bed kit" to Canada?' in messages


def local(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=NEW_YORK)


def iso(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def iso_with_parts(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def offset(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")


def moments(twin) -> list[tuple[str, datetime]]:
    """Every instant in every export, with the place where it stands; plans of open deals left out."""
    found = []
    contacts = ("Last Activity Date", "Create Date", "Recent Conversion Date", "Last Contacted")
    deals = ("Create Date", "Last Activity Date", "Last Contacted", "Last Modified Date", "Date entered current stage")
    member = ("OPTIN_TIME", "CONFIRM_TIME", "LAST_CHANGED")
    order = ("Paid at", "Fulfilled at", "Created at", "Cancelled at")
    for name, columns, read in (
        ("hubspot/hubspot-crm-exports-all-contacts.csv", contacts, local),
        ("hubspot/hubspot-crm-exports-all-companies.csv", ("Create Date", "Last Activity Date"), local),
        ("hubspot/hubspot-crm-exports-all-deals.csv", deals, local),
        ("hubspot/hubspot-crm-exports-all-engagements.csv", ("Activity date",), local),
        ("shopify/orders_export_1.csv", order, offset),
        ("shopify/orders_export_late.csv", order, offset),
        ("mailchimp/subscribed_members_export.csv", member, utc),
        ("mailchimp/unsubscribed_members_export.csv", (*member, "UNSUB_TIME"), utc),
        ("mailchimp/campaign.csv", ("create_time", "send_time", "_fivetran_synced"), utc),
        ("mailchimp/campaign_recipient_activity.csv", ("timestamp",), utc),
        ("nps_survey/nps_responses.csv", ("Submitted at",), iso),
        ("generic/subscriptions.csv", ("started_at", "cancelled_at"), iso),
    ):
        for row in twin.rows(name):
            found += [(f"{name} {column}", read(row[column])) for column in columns if row[column]]
    for row in twin.rows("hubspot/hubspot-crm-exports-all-deals.csv"):
        if row["Deal Stage"].startswith("Closed"):
            found.append(("deals Close Date", local(row["Close Date"])))
    for deal in twin.deal_objects():
        found += [(f"deal {key}", iso_with_parts(deal[key])) for key in ("createdAt", "updatedAt")]
        for name, changes in deal["propertiesWithHistory"].items():
            found += [(f"deal {name}", iso_with_parts(change["timestamp"])) for change in changes]
    for table in ("tickets", "ticket_audits", "users", "satisfaction_ratings"):
        for record in twin.objects(table):
            found += [(f"{table} {key}", iso(record[key])) for key in ("created_at", "updated_at") if key in record]
            found += [(f"{table} comment", iso(comment["created_at"])) for comment in record.get("comments", ())]
    return found


def test_no_export_holds_an_event_on_or_after_the_as_of_date(twin):
    found = moments(twin)
    assert len(found) > 30_000
    assert [place for place, moment in found if moment >= AS_OF] == []
    newest = max(moment for _, moment in found)
    assert (AS_OF - newest).total_seconds() < 3_600, "history should run up to the as-of date"
    oldest = min(moment for _, moment in found)
    assert 3 * 365 <= (AS_OF - oldest).days <= 3 * 366 + 7


def test_a_single_late_event_would_be_found(twin, tmp_path):
    events = moments(twin)
    events.append(("poison", AS_OF))
    assert [place for place, moment in events if moment >= AS_OF] == ["poison"]


def test_order_level_cells_stand_on_the_first_line_of_an_order_only(twin):
    everywhere = {"Name", "Vendor", *(name for name in shopify_orders.ORDER_COLUMNS if name.startswith("Lineitem "))}
    lines = twin.order_lines()
    assert sum(1 for _ in itertools.groupby(lines, key=lambda row: row["Name"])) == len({row["Name"] for row in lines})
    continued = 0
    for _, order in itertools.groupby(lines, key=lambda row: row["Name"]):
        first, *more = order
        assert all(first[name] for name in ("Total", "Created at", "Id", "Currency"))
        for line in more:
            assert {name for name, cell in line.items() if cell} <= everywhere
            continued += 1
    assert continued > 2_000


def test_the_money_of_every_order_adds_up(twin):
    for _, order in itertools.groupby(twin.order_lines(), key=lambda row: row["Name"]):
        first, *more = order
        lines = sum(Decimal(line["Lineitem quantity"]) * Decimal(line["Lineitem price"]) for line in [first, *more])
        assert lines - Decimal(first["Discount Amount"]) == Decimal(first["Subtotal"])
        parts = sum(Decimal(first[name]) for name in ("Subtotal", "Shipping", "Taxes"))
        assert parts == Decimal(first["Total"]) > 0
        assert 0 <= Decimal(first["Refunded Amount"]) <= Decimal(first["Total"])
        assert (first["Financial Status"] == "refunded") == (first["Refunded Amount"] == first["Total"])
        assert (first["Financial Status"] == "voided") == bool(first["Cancelled at"])


def test_shopifys_customer_totals_are_those_of_its_orders(twin):
    count, spent = defaultdict(int), defaultdict(Decimal)
    for row in twin.order_lines():
        if row["Total"] and not row["Cancelled at"]:
            count[row["Email"]] += 1
            spent[row["Email"]] += Decimal(row["Total"]) - Decimal(row["Refunded Amount"])
    customers = twin.rows("shopify/customers_export.csv")
    assert all(row["Customer ID"].startswith("'6400") for row in customers)
    assert {row["Email"]: int(row["Total Orders"]) for row in customers} == {
        row["Email"]: count[row["Email"]] for row in customers
    }
    assert {row["Email"]: Decimal(row["Total Spent"]) for row in customers} == {
        row["Email"]: spent[row["Email"]] for row in customers
    }
    assert count[""] > 50, "some sales at the till have no customer"


def test_names_are_invented_and_addresses_end_in_example(twin):
    emails = {row["Email"].strip().lower() for row in twin.rows("hubspot/hubspot-crm-exports-all-contacts.csv")}
    emails |= {user["email"] for user in twin.objects("users")}
    assert len(emails) > 1_000
    assert all(email.endswith(".example") for email in emails)


def test_colleagues_and_companies_are_named_consistently_within_hubspot(twin):
    companies = {row["Company name"] for row in twin.rows("hubspot/hubspot-crm-exports-all-companies.csv")}
    contacts = twin.rows("hubspot/hubspot-crm-exports-all-contacts.csv")
    deals = {row["Record ID"]: row for row in twin.rows("hubspot/hubspot-crm-exports-all-deals.csv")}
    assert {row["Associated Company"] for row in contacts} - {""} <= companies
    listed = {deal for row in contacts for deal in row["Associated Deal IDs"].split(";") if deal}
    assert listed == set(deals)
    for row in twin.rows("hubspot/hubspot-crm-exports-all-engagements.csv"):
        assert row["Activity type"] in ("CALL", "MEETING", "EMAIL", "NOTE", "TASK")
        assert row["Associated Deal IDs"] == "" or row["Associated Deal IDs"] in deals


def test_the_objects_of_deals_tell_the_same_as_their_export_and_how_it_came_to_be(twin):
    exported = {row["Record ID"]: row for row in twin.rows("hubspot/hubspot-crm-exports-all-deals.csv")}
    objects = {deal["id"]: deal for deal in twin.deal_objects()}
    assert set(objects) == set(exported)
    for deal_id, deal in objects.items():
        row, now, past = exported[deal_id], deal["properties"], deal["propertiesWithHistory"]
        assert float(now["amount"]) == float(row["Amount"])
        assert now["dealstage"] == row["Deal Stage"].lower().replace(" ", "").replace("-", "")
        assert float(now["hs_deal_stage_probability"]) == float(row["Deal probability"])
        assert deal["associations"]["contacts"]["results"][0]["id"] == row["Associated Contact IDs"]
        moments = [change["timestamp"] for change in past["dealstage"]]
        assert moments == sorted(moments, reverse=True)
        assert moments[-1] == deal["createdAt"]
        assert moments[0] <= deal["updatedAt"]
        for name in past:
            assert past[name][0]["value"] == now[name], "the newest value is the present one"
