"""A contract that no file could ever be read by is refused when it is loaded, not at night."""

from __future__ import annotations

import pytest

from data_quality.contracts import ContractError


@pytest.mark.parametrize(
    ("column", "ingest", "reason"),
    [
        ({"name": "id"}, {"timezone": "Europe/Londn"}, "timezone 'Europe/Londn' is not a known time zone"),
        ({"name": "id"}, {"timezone": "Europe"}, "timezone 'Europe' is not a known time zone"),
        ({"name": "id"}, {"encoding": "utf-9"}, "encoding 'utf-9' is not a known encoding"),
        ({"name": "id"}, {"encoding": "base64"}, "encoding 'base64' is not a known encoding"),
        ({"name": "id"}, {"delimiter": "||"}, r"delimiter '\|\|' is not one character"),
        ({"name": "id"}, {"delimiter": '"'}, "delimiter '\"' is not one character"),
        ({"name": "id"}, {"format": "fixed_width"}, "fixed_width needs a width for every column"),
        ({"name": "n", "data_type": "double", "decimal": ";"}, {}, "decimal ';' is not one of"),
        ({"name": "n", "data_type": "double", "thousands": "x"}, {}, "thousands 'x' is not one of"),
        ({"name": "n", "data_type": "double", "thousands": "."}, {}, "1.234 would be two numbers"),
        ({"name": "n", "decimal": ","}, {}, "decimal is for numbers, and this is a varchar"),
        ({"name": "n", "data_type": "bigint", "unit": "5"}, {}, "unit .* is not a sign or word"),
        ({"name": "n", "values": ["open"]}, {}, "values is a map from their words to ours"),
        ({"name": "n", "values": {True: "open"}}, {}, "values: write True in quotes"),
        ({"name": "Order ID"}, {}, "the name 'Order ID' is not in snake_case"),
        ({"name": "_load_id"}, {}, "the name '_load_id' is not in snake_case"),
    ],
)
def test_an_unreadable_contract_is_refused(house, column: dict, ingest: dict, reason: str) -> None:
    with pytest.raises(ContractError, match=rf"_shop__sources.yml: shop.orders(\.n)?: .*{reason}"):
        house.declare([column], **ingest)


def test_a_readable_contract_is_not(house) -> None:
    house.declare([{"name": "id"}], timezone="America/New_York", encoding="cp1252", delimiter="\t")
    assert [table.name for table in house.tables] == ["orders"]
