"""Planted dirt is exactly what a strict reader stumbles over, and nothing else is."""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl

from orchestration.twin.parameters import DEFAULT

MOMENTS = {
    "Create Date": "%Y-%m-%d %H:%M",
    "Activity date": "%Y-%m-%d %H:%M",
    "Created at": "%Y-%m-%d %H:%M:%S %z",
    "timestamp": "%Y-%m-%d %H:%M:%S",
    "Submitted at": "%Y-%m-%dT%H:%M:%SZ",
}
NUMBERS = ("Total", "Lineitem quantity", "Lineitem price", "Amount", "Score", "Total Spent")


def is_malformed(header: list[str], record: list[str]) -> bool:
    """What a strict reader says of a record, from the text alone."""
    if len(record) != len(header):
        return True
    for name, cell in zip(header, record, strict=True):
        try:
            if cell and name in MOMENTS:
                datetime.strptime(cell, MOMENTS[name])
            if cell and name in NUMBERS:
                float(cell)
        except ValueError:
            return True
    return False


def malformed_rows(header: list[str], records: list[list[str]]) -> set[int]:
    return {number for number, record in enumerate(records, start=1) if is_malformed(header, record)}


def test_malformed_csv_rows_are_exactly_the_planted_ones(twin):
    found = 0
    for path in sorted((twin.home / "landing").rglob("*.csv")):
        name = str(path.relative_to(twin.home / "landing"))
        header, *records = twin.csv_records(name)
        assert malformed_rows(header, records) == twin.planted_rows(name), name
        assert len(twin.planted_rows(name)) < 0.01 * len(records) or not twin.planted_rows(name)
        found += len(twin.planted_rows(name))
    assert found >= 15


def test_a_row_broken_by_hand_is_told_from_the_planted_ones(twin):
    header, *records = twin.csv_records("nps_survey/nps_responses.csv")
    records[0][header.index("Submitted at")] = "2026-02-30T00:00:00Z"
    assert malformed_rows(header, records) == {1, *twin.planted_rows("nps_survey/nps_responses.csv")}


def test_malformed_tickets_are_exactly_the_planted_ones(twin):
    lines = (twin.home / "landing" / "zendesk" / "tickets.ndjson").read_text(encoding="utf-8").splitlines()
    broken = set()
    for number, line in enumerate(lines, start=1):
        try:
            datetime.strptime(json.loads(line)["ticket"]["created_at"], "%Y-%m-%dT%H:%M:%SZ")
        except ValueError:
            broken.add(number)
    assert broken == twin.planted_rows("zendesk/tickets.ndjson")
    assert broken


def test_every_kind_of_dirt_is_planted_and_counted(twin):
    dirt = twin.truth("dirt")
    assert dict(dirt.group_by("expected_fate").len().iter_rows()) == twin.summary.dirt
    assert set(dirt["kind"]) == {
        "ragged",
        "letter_in_number",
        "impossible_date",
        "broken_json",
        "duplicate_contact",
        "late_order",
    }
    assert dirt.select(pl.struct("file", "row_number").n_unique()).item() == len(dirt)


def test_dirt_carries_the_record_that_stands_in_its_row(twin):
    keys = {"shopify": "Name", "hubspot": 0, "mailchimp": "member_id", "nps_survey": "Response ID"}
    for row in twin.truth("dirt").iter_rows(named=True):
        if row["file"].endswith(".csv"):
            header, *records = twin.csv_records(row["file"])
            key = keys[row["file"].split("/")[0]]
            position = key if isinstance(key, int) else header.index(key)
            assert records[row["row_number"] - 1][position] == row["record_id"]


def test_losing_malformed_rows_loses_nothing(twin):
    lost = twin.truth("dirt").filter(pl.col("expected_fate") == "quarantined")["record_id"].to_list()
    names = {row["Name"] for row in twin.order_lines()}
    contacts = {row["Record ID"] for row in twin.rows("hubspot/hubspot-crm-exports-all-contacts.csv")}
    assert not names & set(lost)
    assert not contacts & set(lost)
    assert not set(twin.truth("identities")["record_id"]) & set(lost)


def test_duplicate_contacts_spell_the_address_of_someone_already_there(twin):
    contacts = {row["Record ID"]: row["Email"] for row in twin.rows("hubspot/hubspot-crm-exports-all-contacts.csv")}
    duplicates = twin.truth("dirt").filter(pl.col("expected_fate") == "duplicate")["record_id"].to_list()
    assert 0.5 < len(duplicates) / (len(contacts) * DEFAULT.duplicate_contact_share) < 1.7
    originals = {email for record, email in contacts.items() if record not in duplicates}
    for record in duplicates:
        assert contacts[record] not in originals
        assert contacts[record].strip().lower() in originals


def test_late_orders_are_old_and_stand_in_no_other_file(twin):
    late = [row for row in twin.rows("shopify/orders_export_late.csv") if row["Total"]]
    planted = twin.truth("dirt").filter(pl.col("expected_fate") == "late")["record_id"].to_list()
    assert [row["Name"] for row in late] == planted
    assert len(planted) > 5
    on_time = {row["Name"] for row in twin.rows("shopify/orders_export_1.csv")}
    assert not on_time & set(planted)
    assert max(row["Created at"] for row in late) < "2026-09-02"
