"""What an item is, and who bought how many of it on which day, run as the SQL that it is on a few purchases."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment

FEATURES = Path(__file__).parents[2] / "dbt_project" / "models" / "features"


@pytest.fixture
def counted():
    """`counted(categories)` builds both models; `categories` maps products to theirs."""

    def count(categories: dict[str, str | None]) -> duckdb.DuckDBPyConnection:
        env = Environment()
        env.globals |= {"ref": str, "var": {"no_goods": ["postage"]}.get, "as_of": lambda: "date '2026-02-01'"}
        con = duckdb.connect()
        con.execute("""
            create table fct_orders as from (values ('o1', true), ('o2', true), ('o3', true), ('gone', false))
                as t (order_id, is_purchase);
            create table fct_order_lines as from (values
                ('o1', 'ada', 'latte', 'Latte', date '2026-01-05', 2),
                ('o1', 'ada', 'mocha', 'Mocha', date '2026-01-05', 1),
                ('o1', 'ada', 'postage', 'Postage', date '2026-01-05', 1),
                ('o2', 'ada', 'latte', 'Caffè Latte', date '2026-01-05', null),
                ('o2', 'ada', 'mug', 'Mug', date '2026-01-05', -1),
                ('o3', 'bo', 'mug', 'Mug', date '2026-01-09', 3),
                ('o3', null, 'mug', 'Mug', date '2026-01-09', 9),
                ('gone', 'bo', 'latte', 'Latte', date '2026-01-10', 5)
            ) as t (order_id, customer_id, product_id, product_name, order_date, quantity);
            create table dim_products (product_id varchar, product_category varchar)
        """)
        for listed in categories.items():
            con.execute("insert into dim_products values (?, ?)", listed)
        for model in ("ftr_product_items", "ftr_item_days"):
            sql = env.from_string((FEATURES / f"{model}.sql").read_text(encoding="utf-8")).render()
            con.execute(f"create table {model} as {sql}")
        return con

    return count


def test_products_with_categories_are_summed_to_them_and_postage_is_no_goods(counted) -> None:
    con = counted({"latte": "coffee", "mocha": "coffee", "mug": "china"})
    days = con.execute("select customer_id, order_date::varchar, item_id, quantity from ftr_item_days order by all")
    assert days.fetchall() == [("ada", "2026-01-05", "coffee", 4.0), ("bo", "2026-01-09", "china", 3.0)]
    assert con.execute("select distinct item_level from ftr_product_items").fetchall() == [("category",)]


@pytest.mark.parametrize(
    "categories",
    [{}, {"latte": None, "mug": "china"}, {"latte": "all", "mocha": "all", "mug": "all"}],
    ids=["no list of products", "most without one", "one category for all"],
)
def test_without_categories_that_tell_products_apart_an_item_is_a_product(counted, categories) -> None:
    con = counted(categories)
    assert con.execute("select customer_id, item_id, quantity from ftr_item_days order by all").fetchall() == [
        ("ada", "latte", 3.0),
        ("ada", "mocha", 1.0),
        ("bo", "mug", 3.0),
    ]
    items = dict(
        con.execute("select item_id, item_name from ftr_product_items where item_level = 'product'").fetchall()
    )
    assert set(items) == {"latte", "mocha", "mug"}
    assert items["mug"] == "Mug"
