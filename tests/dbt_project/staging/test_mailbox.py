"""Mailboxes: one activity per message and correspondent outside the company, going the way it went."""

from __future__ import annotations

from datetime import datetime
from hashlib import md5

import pytest


@pytest.fixture
def mailbox(exported):
    return exported("mailbox")


def person(email: str) -> str:
    return f"mailbox:{md5(email.encode()).hexdigest()}"


ADA, BO, SALES = person("ada@mail.example"), person("bo@mail.example"), person("sales@shop.example")
OFFERED, ANSWERED = datetime(2026, 9, 1, 8), datetime(2026, 9, 2, 6, 30)


def test_a_message_is_an_activity_of_each_correspondent_but_not_of_colleagues_lists_and_bystanders(mailbox) -> None:
    columns = "occurred_at, direction, contact_id, activity_type, owner_id"
    assert sorted(mailbox.rows("stg_mailbox__activities", columns)) == sorted(
        [
            (OFFERED, "outbound", ADA, "email", SALES),
            (OFFERED, "outbound", BO, "email", SALES),
            (ANSWERED, "inbound", ADA, "email", None),
        ]
    )


def test_correspondents_are_contacts_by_address_with_the_name_they_last_showed(mailbox) -> None:
    assert mailbox.rows("stg_mailbox__contacts", "email, contact_id, full_name, created_at") == [
        ("ada@mail.example", ADA, "Ada Moreau", OFFERED),
        ("bo@mail.example", BO, None, OFFERED),
    ]


def test_a_message_without_a_date_is_set_aside_and_every_other_one_kept(mailbox) -> None:
    (load,) = mailbox.loads
    assert (load.rows_loaded, load.rows_quarantined) == (4, 1)


def test_ids_hold_no_address_and_activities_no_subject(mailbox) -> None:
    rows = mailbox.rows("stg_mailbox__activities", "*")
    assert not [one for row in rows for one in row if isinstance(one, str) and ("example" in one or "Tee" in one)]
