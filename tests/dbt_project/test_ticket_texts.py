"""What is read of a ticket: subject and every public message, first to last, in each helpdesk that exports any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

DAY = "2026-10-0{} 09:00:00"
SAID = (
    (1, 7, True, "Hello, can somebody help?"),
    (2, 8, True, "Of course, with what?"),
    (3, 8, False, "He has called before."),
    (4, 7, True, "My parcel is late."),
    (5, -1, True, "Thank you for waiting."),
)


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    comments = [
        {"id": number, "author_id": who, "public": is_public, "body": body, "created_at": DAY.format(number)}
        for number, who, is_public, body in SAID
    ]
    late = {"id": 9, "author_id": 7, "public": True, "body": "Tomorrow", "created_at": "2026-12-01 09:00:00"}
    times = {"created_at": DAY.format(1), "updated_at": DAY.format(5), "status": "open", "requester_id": 7}
    estate = make_estate(
        {
            "zendesk.users": [{"id": 7, "role": "end-user"}, {"id": 8, "role": "agent"}],
            "zendesk.tickets": [
                {"id": 1, "subject": "A question", "description": SAID[0][3], "comments": [*comments, late], **times},
                {"id": 2, "subject": "Invoice", "description": "It is wrong.", **times},
                {"id": 3, **times},
            ],
            "salesforce.cases": [
                {"id": "500000000000001AAA", "subject": "Broken", "description": "The handle came off."}
                | {"created_date": DAY.format(1)}
            ],
        }
    )
    estate.build_models("+int_ticket_texts_collected")
    return estate


def test_all_public_messages_are_read_in_their_order_and_no_note_bot_or_later_one(estate) -> None:
    found = estate.rows("intermediate.int_ticket_texts_collected", "ticket_id")
    said = ("A question", "Hello, can somebody help?", "Of course, with what?", "My parcel is late.")
    assert found["zendesk:1"]["text"] == "\n".join(said)
    assert found["zendesk:1"]["customer_text"] == "\n".join(line for line in said if "Of course" not in line)


def test_without_messages_the_description_is_read(estate) -> None:
    found = estate.rows("intermediate.int_ticket_texts_collected", "ticket_id")
    assert found["zendesk:2"]["text"] == found["zendesk:2"]["customer_text"] == "Invoice\nIt is wrong."
    assert found["zendesk:3"]["text"] is None
    [case] = [row for name, row in found.items() if name.startswith("salesforce:")]
    assert case["text"] == "Broken\nThe handle came off."


def test_what_was_written_stays_in_the_layer_that_no_release_carries(estate) -> None:
    kept = estate.query("""
        select distinct table_schema from information_schema.columns
        where column_name in ('text', 'customer_text', 'body', 'description') and table_schema != 'staging'
    """)
    assert kept == [("intermediate",)]
