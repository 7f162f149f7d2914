"""The counting models of product sequences, run as the SQL that they are on purchases given as rows, without dbt.

So one purchase log can be counted many times: shuffled, cut short, with smaller business numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml
from jinja2 import Environment

from models_ml.product_sequences import Rules, Sequences, find_sequences

PROJECT = Path(__file__).parents[3] / "dbt_project"
MODELS = (
    "marts/agg_customer_products",
    "marts/agg_product_pairs",
    "features/ftr_sequence_products",
    "features/ftr_purchase_moments",
    "features/ftr_product_starts",
    "features/ftr_sequence_cases",
    "features/ftr_sequence_controls",
)
ORDERS = """
    create table fct_orders as
    select order_id, any_value(customer_id) as customer_id, any_value(order_date) as order_date,
        count(*) as count_lines, true as is_purchase
    from fct_order_lines group by order_id"""


@dataclass(frozen=True)
class Counted:
    """The built tables of one purchase log."""

    connection: duckdb.DuckDBPyConnection
    as_of: date
    rules: Rules

    def frame(self, sql: str) -> pl.DataFrame:
        return self.connection.sql(sql).pl()

    def sequences(self) -> Sequences:
        tables = ("ftr_sequence_cases", "ftr_sequence_controls", "ftr_sequence_products")
        return find_sequences(*(self.frame(f"from {table}") for table in tables), self.as_of, self.rules)


@pytest.fixture(scope="session")
def count_sequences() -> Callable[..., Counted]:
    """`count_sequences(purchases, as_of, sequence_minimum_buyers=…)`; columns customer_id, order_date, product_id."""
    said = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]

    def count(purchases: pl.DataFrame, as_of: date, **changed: object) -> Counted:
        values = said | changed
        env = Environment()
        env.globals |= {"ref": str, "var": values.__getitem__, "as_of": lambda: f"date '{as_of}'"}
        connection = duckdb.connect(config={"threads": 2})
        connection.register("purchases", purchases.to_arrow())
        connection.execute(
            """create table fct_order_lines as
            select *, customer_id || '/' || order_date as order_id, row_number() over () as order_line_id,
                product_id || ' named' as product_name, 1 as quantity
            from purchases"""
        )
        connection.execute(ORDERS)
        for model in MODELS:
            sql = env.from_string((PROJECT / "models" / f"{model}.sql").read_text(encoding="utf-8")).render()
            connection.execute(f"create table {model.split('/')[1]} as {sql}")
        return Counted(connection, as_of, Rules.of(values))

    return count
