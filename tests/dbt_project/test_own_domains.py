"""Without knowing who is a colleague nobody in a calendar or mailbox is taken for a customer, and it is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

TOLD = "own_domains_are_named_where_mail_is_read"
MESSAGE = {
    "message_id": "m1",
    "sent_at": "2026-10-01 09:00:00",
    "from_email": "ada@mail.example",
    "recipients": [{"email": "desk@help.shop.example"}],
    "is_automatic": False,
}


@pytest.fixture
def estate(make_estate: Callable) -> Any:
    return make_estate({"mailbox.messages": [MESSAGE]})


def build(estate: Any, own_domains: list[str]) -> tuple[str, list[tuple]]:
    """What dbt says of the mailbox, and the activities that come of it."""
    command = ("build", "--select", "+int_activities_unioned", TOLD, "--exclude", "test_type:generic")
    done = estate.dbt(*command, settings={"own_domains": own_domains})
    return done.verdicts[TOLD], estate.query("select source_name, direction from intermediate.int_activities_unioned")


def test_without_own_domains_a_mailbox_brings_nothing_and_a_warning_says_so(estate: Any) -> None:
    assert build(estate, []) == ("warn", [])


def test_with_own_domains_mail_from_outside_is_an_activity_and_nothing_is_warned_of(estate: Any) -> None:
    assert build(estate, ["Shop.example"]) == ("pass", [("mailbox", "inbound")])
