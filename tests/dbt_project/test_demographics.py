"""int_customer_demographics: who customers are, for the slices of the model cards and for nothing that learns."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture(scope="module")
def told(make_estate: Callable) -> dict[str, dict[str, str]]:
    """Contact → attribute → value."""
    estate = make_estate(
        {
            "hubspot.contacts": [
                {"record_id": "1", "email": "ada@mail.example", "country_region": "Germany"},
                {"record_id": "2", "email": "bob@mail.example"},
            ],
            "completejourney.demographics": [
                {"household_id": "7", "age": "35-44", "income": "50-74K", "kids_count": "0"},
                {"household_id": "8", "household_comp": "1 Adult No Kids"},
            ],
        }
    )
    estate.build_models("+int_customer_demographics")
    found: dict[str, dict[str, str]] = {}
    for contact, attribute, value in estate.query(
        """select contact_id, attribute, value from intermediate.int_customer_demographics
           inner join intermediate.int_customers_resolved using (customer_id)"""
    ):
        found.setdefault(contact, {})[attribute] = value
    return found


def test_what_people_told_is_one_row_an_answer_under_a_readable_name(told) -> None:
    assert told["completejourney:7"] == {"age": "35-44", "income": "50-74K", "kids count": "0"}


def test_the_country_of_a_customer_is_one_of_them(told) -> None:
    assert told["hubspot:1"] == {"country": "Germany"}


def test_who_told_nothing_is_in_no_group(told) -> None:
    assert set(told) == {"completejourney:7", "hubspot:1"}
