"""The source contracts: complete, unambiguous about files, and honest about personal data.

Files of a source are named in FILES, or lie in `exports/<source>/` as the product names them.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

EXPORTS = [path for path in sorted((Path(__file__).parent / "exports").glob("*/*")) if path.suffix != ".zip"]

FILES = {
    "hubspot.contacts": ["hubspot-crm-exports-all-contacts.csv", "hubspot-crm-exports-all-contacts-2026-10-02.csv"],
    "hubspot.companies": ["hubspot-crm-exports-all-companies.csv"],
    "hubspot.deals": ["hubspot-crm-exports-my-deals-2026-10-02-1.csv"],
    "hubspot.engagements": ["hubspot-crm-exports-all-engagements.csv"],
    "zendesk.tickets": ["tickets.ndjson", "tickets_2.ndjson"],
    "zendesk.ticket_audits": ["ticket_audits.ndjson", "ticket_audits-late.ndjson"],
    "zendesk.ticket_metrics": ["ticket_metrics.ndjson"],
    "zendesk.users": ["users.ndjson"],
    "zendesk.groups": ["groups.ndjson"],
    "zendesk.satisfaction_ratings": ["satisfaction_ratings.ndjson"],
    "shopify.orders": ["orders_export_1.csv", "orders_export.csv", "orders_export_late.csv"],
    "shopify.customers": ["customers_export.csv"],
    "mailchimp.subscribed_members": ["subscribed_members_export.csv", "subscribed_members_export_7c40be.csv"],
    "mailchimp.unsubscribed_members": ["unsubscribed_members_export.csv"],
    "mailchimp.cleaned_members": ["cleaned_members_export_7c40be.csv"],
    "mailchimp.nonsubscribed_members": ["nonsubscribed_members_export_7c40be.csv"],
    "mailchimp.campaign_reports": ["campaigns.csv", "campaigns-2026.csv"],
    "mailchimp.automation_emails": ["automation_email.csv", "automation_email_2.csv"],
    "mailchimp.automation_recipients": ["automation_recipient.csv", "automation_recipient_2.csv"],
    "mailchimp.automation_activity": ["automation_recipient_activity.csv"],
    "mailchimp.campaigns": ["campaign.csv", "campaign_2.csv"],
    "mailchimp.campaign_recipients": ["campaign_recipient.csv", "campaign_recipient_2.csv"],
    "mailchimp.campaign_activity": ["campaign_recipient_activity.csv", "campaign_recipient_activity_2.csv"],
    "nps_survey.responses": ["nps_responses.csv"],
    "cdnow.purchases": ["CDNOW_master.txt"],
    "online_retail.invoice_lines": ["2010-12-01.csv"],
    "servicenow.incident_log": ["incident_event_log.csv"],
    "crm_sales.accounts": ["accounts.csv"],
    "crm_sales.products": ["products.csv"],
    "crm_sales.sales_teams": ["sales_teams.csv"],
    "crm_sales.sales_pipeline": ["sales_pipeline.csv"],
    "completejourney.transactions": ["transactions.parquet"],
    "completejourney.demographics": ["demographics.parquet"],
    "completejourney.products": ["products.parquet"],
    "completejourney.campaign_descriptions": ["campaign_descriptions.parquet"],
    "completejourney.campaigns": ["campaigns.parquet"],
    "completejourney.coupons": ["coupons.parquet"],
    "completejourney.coupon_redemptions": ["coupon_redemptions.parquet"],
    "olist.customers": ["olist_customers_dataset.csv", "olist_customers_sample_union.csv"],
    "olist.orders": ["olist_orders_dataset.csv", "olist_orders_sample_union.csv"],
    "olist.order_items": ["olist_order_items_dataset.csv", "olist_order_items_sample_union.csv"],
    "olist.payments": ["olist_order_payments_dataset.parquet"],
    "olist.reviews": ["olist_order_reviews_dataset.csv", "olist_order_reviews_sample_union.csv"],
    "olist.products": ["olist_products_dataset.csv"],
    "olist.product_categories": ["product_category_name_translation.csv"],
    "olist.sellers": ["olist_sellers_dataset.csv"],
    "olist.leads": ["olist_marketing_qualified_leads_dataset.csv"],
    "olist.closed_deals": ["olist_closed_deals_dataset.csv"],
}
COUNT_COLUMNS = {
    "hubspot.contacts": 24,
    "hubspot.companies": 9,
    "hubspot.deals": 27,
    "zendesk.ticket_list": 41,
    "shopify.orders": 79,
    "shopify.customers": 20,
    "mailchimp.subscribed_members": 20,
    "mailchimp.unsubscribed_members": 25,
    "mailchimp.campaigns": 40,
    "mailchimp.campaign_recipients": 5,
    "mailchimp.campaign_activity": 10,
    "servicenow.incident_log": 36,
}
PERSONAL_WORDS = ("email", "phone", "first_name", "last_name", "_ip", "comment", "note", "subject", "address", "zip")
NOT_PERSONAL = {
    "yes or no": {
        "accepts_email_marketing",
        "email_marketing_consent",
        "email_opt_out",
        "fb_comments",
        "has_opted_out_of_email",
        "marked_email_as_spam",
        "person_has_opted_out_of_email",
        "shared_comments",
        "unsubscribed_from_emails",
        "verified_email",
    },
    "a moment": {"last_email_clicked_at", "last_email_opened_at"},
    "an amount": {"emails_sent", "post_payment_credit_notes_amount"},
    "an id that hides the address": {"email_id"},
    "no finer than a province": {"default_address_province_code", "default_address_country_code"},
    "written by the company to everybody": {"subject_line"},
    "a colleague": {"note_owner", "note_owner_id"},
}


def takers(source: str, file: str, source_tables) -> list[str]:
    """Names of the tables of a source whose pattern fits a file."""
    of_source = {name: one for name, one in source_tables.items() if one.source == source}
    return [name for name, one in of_source.items() if fnmatchcase(file.removesuffix(".gz"), one.ingest.pattern)]


def test_every_declared_table_is_fed_by_a_file_that_tests_know(source_tables) -> None:
    fed = {table for path in EXPORTS for table in takers(path.parent.name, path.name, source_tables)}
    assert set(source_tables) == set(FILES) | fed


@pytest.mark.parametrize(("table", "file"), [(table, file) for table, files in FILES.items() for file in files])
def test_a_file_is_taken_by_one_table_of_its_source(table: str, file: str, source_tables) -> None:
    assert takers(table.split(".")[0], file, source_tables) == [table]


def test_no_export_is_claimed_by_two_tables(source_tables) -> None:
    claims = {path: takers(path.parent.name, path.name, source_tables) for path in EXPORTS}
    assert {path: tables for path, tables in claims.items() if len(tables) > 1} == {}


@pytest.mark.parametrize(("table", "count"), COUNT_COLUMNS.items())
def test_a_table_declares_every_column_of_the_vendors_export(table: str, count: int, source_tables) -> None:
    columns = source_tables[table].columns
    assert len(columns) == count
    assert len({column.header for column in columns}) == count


def test_a_column_that_may_hold_a_person_is_marked(source_tables) -> None:
    allowed = set().union(*NOT_PERSONAL.values())
    unmarked = [
        f"{table}.{column.name}"
        for table, one in source_tables.items()
        for column in one.columns
        if not column.is_pii and any(word in column.name for word in PERSONAL_WORDS) and column.name not in allowed
    ]
    assert unmarked == []


def test_keys_are_required_so_that_no_row_slips_through_without_one(source_tables) -> None:
    for table, one in source_tables.items():
        required = {column.name for column in one.columns if column.is_required}
        assert set(one.ingest.key) <= required, table
        assert required, f"{table} accepts an empty row"
