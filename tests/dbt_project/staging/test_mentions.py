"""Social mentions: one activity per post, one contact per handle, and no handle in any id."""

from __future__ import annotations

from datetime import datetime
from hashlib import md5

import pytest


@pytest.fixture
def mentions(exported):
    return exported("mentions")


def author(network_and_handle: str) -> str:
    return f"mentions:{md5(network_and_handle.encode()).hexdigest()}"


ADA, BO = author("mastodon:ada@social.example"), author("forum:bo")


def test_every_post_is_an_inbound_mention_of_its_author(mentions) -> None:
    columns = "occurred_at, activity_type, direction, contact_id, outcome"
    assert mentions.rows("stg_mentions__activities", columns) == [
        (datetime(2026, 9, 1, 6), "mention", "inbound", ADA, "positive"),
        (datetime(2026, 9, 2, 12), "mention", "inbound", BO, "negative"),
        (datetime(2026, 9, 2, 13), "mention", "inbound", None, "neutral"),
        (datetime(2026, 9, 3, 10), "mention", "inbound", ADA, None),
    ]


def test_a_handle_is_one_contact_however_it_is_spelled(mentions) -> None:
    assert mentions.rows("stg_mentions__contacts", "full_name, contact_id, lead_source, email") == [
        ("Ada Moreau", ADA, "mastodon", None),
        ("bo", BO, "forum", None),
    ]


def test_a_post_without_a_date_is_set_aside_with_its_reason(mentions) -> None:
    (load,) = mentions.loads
    assert (load.rows_loaded, load.rows_quarantined) == (4, 1)


def test_ids_hold_no_handle(mentions) -> None:
    ids = mentions.rows("stg_mentions__activities", "activity_id, contact_id")
    assert not [one for pair in ids for one in pair if one and ("ada" in one or "example" in one)]
