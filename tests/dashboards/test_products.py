"""The products page: what sold, what did not, and what is said where nothing is known."""

from __future__ import annotations

import pytest

from .conftest import card, number, words

KEPT = """
    marts.fct_order_lines as l, marts.fct_orders as o
    where l.order_id = o.order_id and o.is_cancelled is false and $as_of - l.order_date between 1 and 365
"""


def test_the_cards_are_those_of_the_release(open_page, facts, home) -> None:
    app = open_page(home, "products")
    [(products, amount)] = facts(home, f"select count(distinct product_id), sum(line_amount) from {KEPT}")
    assert card(app, "Products sold") == f"{products:,}"
    assert number(card(app, "Sales by line")) == pytest.approx(float(amount), abs=0.5)
    # The kettle stands in the list and nobody has bought it; the mug sells and stands in none.
    assert card(app, "Listed, not sold") == "1"


def test_the_best_product_stands_first_with_its_customers(open_page, facts, home) -> None:
    listed = next(frame.value for frame in open_page(home, "products").dataframe if "product" in frame.value)
    sums = "l.product_name, sum(l.line_amount)::double, count(distinct o.customer_id)"
    best = facts(home, f"select {sums} from {KEPT} group by 1 order by 2 desc")
    assert listed["product"].tolist() == [name for name, _, _ in best]
    assert listed["amount"].tolist() == pytest.approx([amount for _, amount, _ in best])
    assert listed["customers"].tolist() == [customers for _, _, customers in best]


def test_a_company_without_lines_is_told_what_to_export(open_page, empty_home) -> None:
    app = open_page(empty_home, "products")
    assert not app.exception
    assert "orders with their lines" in words(app)
    assert card(app, "Listed, not sold") == "–"


def test_products_without_groups_are_told_so_and_not_drawn_as_one_bar(open_page, sample_release, tmp_path, now) -> None:
    def ungrouped(con) -> None:
        con.execute("update marts.dim_products set product_category = null")

    sample_release(tmp_path, "ungrouped", as_of_date=now.date(), published_at=now, change=ungrouped)
    app = open_page(tmp_path, "products")
    assert not app.exception
    assert "None of the products sold in this window has a group" in words(app)
    assert not [frame for frame in app.dataframe if "product_category" in frame.value]
