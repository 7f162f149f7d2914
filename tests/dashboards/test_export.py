"""A downloaded segment holds every member once, ids and reasons only, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest

from dashboards.data import open_release
from dashboards.export import csv_bytes, inert
from dashboards.queries import segments

PAYLOADS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=cmd|' /C calc'!A0",
    "＝1+1",
    '=HYPERLINK("http://x.example","y")',
    "\ufeff=1+1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_is_made_inert(payload) -> None:
    assert inert(payload) == f"'{payload}"
    read = list(csv.reader(io.StringIO(csv_bytes(["reason"], [[payload]]).decode("utf-8-sig"), newline="")))
    assert read[1][0] == f"'{payload}"


@pytest.mark.parametrize("plain", ["No order for 90 days", "cus_1", "", "a=b", "3 orders"])
def test_plain_words_are_left_alone(plain) -> None:
    assert inert(plain) == plain


def test_nothing_is_an_empty_cell() -> None:
    assert inert(None) == ""


def test_the_download_holds_every_member_with_a_reason(full_home, facts, now) -> None:
    release = open_release(full_home, now)
    members = facts(
        full_home,
        "select customer_id, reason from segments.customer_segments where segment_name = 'win_back' order by 1",
    )
    assert members
    found = release.rows(segments.DOWNLOAD, segment_name="win_back")
    text = csv_bytes(["customer_id", "reason"], found.itertuples(index=False)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == ["customer_id", "reason"]
    assert [tuple(row) for row in read[1:]] == members
    assert "@" not in text
