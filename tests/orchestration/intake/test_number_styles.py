"""Numbers as people write them: read as the contract declares, and set aside where they leave a doubt."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_quality.columns import Column
from orchestration.intake.number_styles import plain_numbers

GERMAN = {"decimal": ",", "thousands": "."}
AMERICAN = {"thousands": ",", "unit": ["$", "USD"]}


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("1.234,50", GERMAN, "1234.50"),
        ("1234,5", GERMAN, "1234.50"),
        ("-1.234.567,89", GERMAN, "-1234567.89"),
        ("1.234", GERMAN, "1234"),
        (",5", GERMAN, "0.5"),
        ("12,50-", GERMAN, "-12.50"),
        ("1.234,50 €", GERMAN | {"unit": "€"}, "1234.50"),
        ("€ -3,00", GERMAN | {"unit": "€"}, "-3"),
        ("EUR 3,00", GERMAN | {"unit": ["€", "EUR"]}, "3"),
        ("$1,234.50", AMERICAN, "1234.50"),
        ("-$1,234.50", AMERICAN, "-1234.50"),
        ("($1,234.50)", AMERICAN, "-1234.50"),
        ("1,00,000.00 USD", AMERICAN, "100000"),
        ("1 234,50", {"decimal": ",", "thousands": " "}, "1234.50"),
        ("1\u202f234\u00a0567,5", {"decimal": ",", "thousands": " "}, "1234567.5"),
        ("1'234.50", {"thousands": "'"}, "1234.50"),
        ("1’234.50 Fr.", {"thousands": "'", "unit": "Fr."}, "1234.50"),
        ("\u22125", {"unit": "€"}, "-5"),
        ("", GERMAN, None),
    ],
)
def test_amounts_are_read_in_the_declared_style(cast_one, text: str, style: dict, value: str | None) -> None:
    assert cast_one(text, "decimal(18,4)", **style) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "style", "reason"),
    [
        ("1.5", GERMAN, "is not a number like 1.234,5"),
        ("1,234.50", GERMAN, "is not a number like 1.234,5"),
        ("1.23.456", GERMAN, "is not a number like 1.234,5"),
        ("12.34,5", GERMAN, "is not a number like 1.234,5"),
        ("5 $", GERMAN | {"unit": "€"}, "is not a number like 1.234,5 €"),
        ("--5", GERMAN, "is not a number like 1.234,5"),
        ("(5", GERMAN, "is not a number like 1.234,5"),
        ("(-5)", GERMAN, "is not a number like 1.234,5"),
        ("€", {"unit": "€"}, "is not a number like 1234.5 €"),
        (",", GERMAN, "is not a number like 1.234,5"),
        ("1,23456", GERMAN, "has more than 4 decimals"),
        ("999.999.999.999.999", GERMAN, "is too large for a decimal(18,4)"),
    ],
)
def test_what_leaves_a_doubt_is_set_aside(cast_one, text: str, style: dict, reason: str) -> None:
    assert cast_one(text, "decimal(18,4)", **style) == f"row quarantined: value: {text!r} {reason}"


def test_whole_numbers_and_doubles_follow_their_style_too(cast_one) -> None:
    assert cast_one("1.234.567", "bigint", thousands=".", decimal=",") == 1234567
    assert cast_one("12,50 %", "double", decimal=",", unit="%") == 12.5
    said = cast_one("1.234,5", "bigint", thousands=".", decimal=",")
    assert said == "row quarantined: value: '1.234,5' is not a bigint"


def test_numbers_that_came_typed_are_not_read_in_the_style_of_text(house) -> None:
    columns = [{"name": "id"}, {"name": "amount", "data_type": "decimal(18,4)", **GERMAN}]
    house.declare(columns, pattern="orders*.ndjson", format="ndjson")
    house.take("orders.ndjson", '{"id": "A", "amount": 1.234}\n{"id": "B", "amount": "1.234"}\n')
    assert house.column("amount") == [Decimal("1.2340"), Decimal(1234)]


def test_their_words_become_ours_and_a_strange_word_is_set_aside(house) -> None:
    status = {"name": "status", "values": {"Offen": "open", "Ja": "open", "Zu": "closed"}, "accepted_values": ["new"]}
    house.declare([{"name": "id"}, status])
    house.take("orders.csv", "id,status\n1,Offen\n2, Zu \n3,open\n4,new\n5,\n6,offen\n")
    assert house.column("status") == ["open", "closed", "open", "new", None]
    (aside,) = house.quarantined()
    assert aside["reason"] == "status: 'offen' is none of the values that the contract names"
    assert aside["text"] == "6,offen"


@given(
    number=st.decimals(min_value=-(10**12), max_value=10**12, places=4),
    decimal=st.sampled_from(".,"),
    thousands=st.sampled_from([None, ".", ",", " ", "'", "_"]),
    unit=st.sampled_from([(), ("€",), ("USD", "$")]),
    place=st.sampled_from(["before", "after", "none"]),
    sign=st.sampled_from(["before", "after", "brackets"]),
)
@settings(max_examples=300, deadline=None)
def test_a_number_written_in_any_style_is_read_back(number, decimal, thousands, unit, place, sign) -> None:
    if thousands == decimal:
        return
    written = f"{abs(number):,.4f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands or "")
    if unit and place != "none":
        written = f"{unit[-1]} {written}" if place == "before" else f"{written} {unit[-1]}"
    if number < 0:
        written = {"before": f"-{written}", "after": f"{written}-", "brackets": f"({written})"}[sign]
    column = Column("n", "decimal(18,4)", "…", "n", decimal=decimal, thousands=thousands, unit=unit)
    read = plain_numbers(pl.LazyFrame({"text": [written]}), column).collect()
    if number < 0 and sign == "after" and unit and place == "after":
        assert read["fault"][0] is not None  # 5 €- is how nobody writes
    else:
        assert Decimal(read["text"][0]) == number
