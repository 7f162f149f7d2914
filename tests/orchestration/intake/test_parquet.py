"""Parquet: typed columns are cast against the contract, and what a type has lost is seen."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.intake.readers import parquet
from orchestration.intake.replay import replay


@pytest.fixture
def shop(house):
    house.declare(
        [
            {"name": "order_id", "header": "Order ID", "required": True},
            {"name": "ordered_at", "data_type": "timestamp"},
            {"name": "day", "data_type": "date", "format": "%d.%m.%Y"},
            {"name": "amount", "data_type": "decimal(18,4)"},
            {"name": "pieces", "data_type": "bigint"},
            {"name": "is_paid", "data_type": "boolean"},
            {"name": "tags", "data_type": "json"},
        ],
        pattern="orders*.parquet",
        format="parquet",
        timezone="Europe/Berlin",
    )
    return house


def written(columns: dict[str, object], **how: object) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, **how)
    return target.getvalue()


def test_typed_columns_arrive_as_declared(shop) -> None:
    content = written(
        {
            "Order ID": pa.array([123456789012345678, 7]),
            "ordered_at": pa.array([datetime(2026, 7, 1, 9, 30), None]),
            "day": pa.array([date(2026, 7, 2), None]),
            "amount": pa.array([Decimal("9.95"), Decimal("-0.5")], pa.decimal128(10, 2)),
            "pieces": pa.array([3.0, None]),
            "is_paid": pa.array([True, None]),
            "tags": pa.array([["a", "é"], None]),
            "colour": pa.array(["red", "x"]).dictionary_encode(),
        }
    )
    load = shop.take("orders.parquet", content)
    assert (load.status, load.rows_loaded) == ("loaded", 2)
    assert shop.column("order_id") == ["123456789012345678", "7"]
    assert shop.column("ordered_at") == [datetime(2026, 7, 1, 7, 30), None]
    assert shop.column("day") == [date(2026, 7, 2), None]
    assert shop.column("amount") == [Decimal("9.9500"), Decimal("-0.5000")]
    assert shop.column("pieces") == [3, None]
    assert shop.column("is_paid") == [True, None]
    assert shop.column("tags") == ['["a","é"]', None]
    assert shop.column("_extra") == ['{"colour":"red"}', '{"colour":"x"}']
    assert load.warnings == ["column 'colour' is not declared; it is kept in _extra"]


def test_moments_with_a_zone_and_text_columns_are_read_like_text(shop) -> None:
    content = written(
        {
            "Order ID": ["A", "B"],
            "ordered_at": pa.array([datetime(2026, 7, 1, 9, tzinfo=UTC), None], pa.timestamp("ms", "America/New_York")),
            "day": ["05.03.2026", "2026-03-05"],
            "amount": pa.array([0.1 + 0.2, 1e15 / 7]),
        }
    )
    shop.take("orders.parquet", content)
    assert shop.column("ordered_at") == [datetime(2026, 7, 1, 9)]
    assert shop.column("day") == [date(2026, 3, 5)]
    assert shop.column("amount") == [Decimal("0.3000")]
    (aside,) = shop.quarantined()
    assert aside["row"] == 2
    assert aside["reason"].startswith("day: '2026-03-05' is not a date like %d.%m.%Y; amount: ")
    assert json.loads(aside["text"])["Order ID"] == "B"


def test_what_binary_arithmetic_leaves_of_nothing_is_nothing(shop) -> None:
    amounts = pa.array([0.3 - 0.1 - 0.2, 0.000_01])
    shop.take("orders.parquet", written({"Order ID": ["A", "B"], "amount": amounts}))
    assert shop.column("amount") == [Decimal(0)]
    (aside,) = shop.quarantined()
    assert aside["reason"].startswith("amount: ")


def test_a_moment_finer_than_a_microsecond_is_set_aside(shop) -> None:
    content = written({"Order ID": ["A"], "ordered_at": pa.array([1_700_000_000_000_000_001], pa.timestamp("ns"))})
    shop.take("orders.parquet", content)
    assert "is finer than a microsecond" in shop.quarantined()[0]["reason"]


def test_an_id_that_a_float_column_has_rounded_is_set_aside(shop) -> None:
    shop.take("orders.parquet", written({"Order ID": [5.0, 123456789012345678.0, None], "amount": [1, 2, 3]}))
    assert shop.column("order_id") == ["5"]
    first, second = shop.quarantined()
    assert first["reason"].startswith("order_id: 123456789012345680 is a number of more than 15 digits")
    assert second["reason"] == "order_id: is required but empty"
    (replayed,) = replay(shop.home, shop.tables, datetime(2026, 11, 2))
    assert replayed.rows_loaded == 0


def test_bytes_that_are_no_text_cost_their_row(shop) -> None:
    shop.take("orders.parquet", written({"Order ID": pa.array([b"A", b"caf\xe9", "né".encode()])}))
    assert shop.column("order_id") == ["A", "né"]
    (aside,) = shop.quarantined()
    assert aside["reason"] == "Order ID: holds bytes that are not utf-8"
    assert base64.b64decode(aside["base64"]) == b"caf\xe9"


def test_rows_are_numbered_through_all_row_groups(shop) -> None:
    numbers = list(range(1, 5_001))
    load = shop.take("orders.parquet", written({"Order ID": [str(n) for n in numbers]}, row_group_size=700))
    assert load.rows_loaded == 5_000
    assert shop.column("_source_row") == numbers
    assert shop.column("order_id") == [str(n) for n in numbers]


@pytest.mark.parametrize("cut", [4, 200, -3])
def test_a_damaged_file_is_refused(shop, cut: int) -> None:
    content = written({"Order ID": ["A" * 100, "B"]})
    load = shop.take("orders.parquet", content[:cut])
    assert load.status == "refused"
    assert load.reason.startswith("cannot be read as Parquet: ")


def test_flipped_bytes_are_never_loaded_in_silence(shop) -> None:
    """Pages written with checksums are verified; one flipped bit refuses the file."""
    content = written({"Order ID": [f"id {n}" for n in range(500)]}, write_page_checksum=True, compression="none")
    damaged = bytearray(content)
    damaged[content.index(b"id 250")] ^= 1
    assert shop.take("orders.parquet", bytes(damaged)).status == "refused"


def test_a_file_that_unpacks_to_any_size_is_refused(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "LARGEST_BATCH", 10 * 2**20)
    content = written({"Order ID": ["x" * 10_000] * 5_000})
    assert len(content) < 100_000
    assert shop.take("orders.parquet", content).reason == "unpacks to more than 0 GiB of text in 5000 rows"


def test_missing_and_doubled_columns_are_refused(shop) -> None:
    assert shop.take("orders.parquet", written({"id": [1]})).reason == "lacks the column 'Order ID'; it has 'id'"
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["Order ID", "Order ID"])
    target = io.BytesIO()
    pq.write_table(twice, target)
    load = shop.take("orders_2.parquet", target.getvalue())
    assert load.reason == "its header has 'Order ID' more than once"


def test_an_undeclared_column_that_stands_twice_is_kept_twice(shop) -> None:
    twice = pa.Table.from_arrays([pa.array(["A"]), pa.array([1]), pa.array([2])], names=["Order ID", "x", "x"])
    target = io.BytesIO()
    pq.write_table(twice, target)
    shop.take("orders.parquet", target.getvalue())
    assert shop.column("_extra") == ['{"x":"1","x (2)":"2"}']


def test_what_polars_writes_is_read(shop) -> None:
    target = io.BytesIO()
    pl.DataFrame({"Order ID": ["A"], "tags": [{"a": [1.5, None]}]}).write_parquet(target)
    shop.take("orders.parquet", target.getvalue())
    assert shop.column("tags") == ['{"a":[1.5,null]}']
