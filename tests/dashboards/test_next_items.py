"""What the next order will hold: on the page of who orders soon and on a customer's own; or why nothing is told."""

from __future__ import annotations

import pytest

from .conftest import words

WITHHELD = "Nothing names better than what everybody buys."


def listed(app, column: str):
    return next(frame.value for frame in app.dataframe if column in frame.value)


def test_who_orders_soonest_stands_first_with_the_likeliest_item(open_page, facts, full_home) -> None:
    shown = listed(open_page(full_home, "value"), "probability_30d")
    soonest = facts(
        full_home,
        """select customer_id, next_purchase_probability_30d * 100 from scores.next_purchase
           order by round(next_purchase_probability_30d, 2) desc, 1 limit 10""",
    )
    assert [row.split("=")[1] for row in shown["customer_id"]] == [row[0] for row in soonest]
    assert shown["probability_30d"].tolist() == pytest.approx([row[1] for row in soonest])
    assert set(shown["item_name"]) == {"Coffee beans 1 kg"}
    assert shown["probability"].tolist() == pytest.approx([60.0] * 10)
    assert set(shown["range"]) == {"55% to 65%"}
    assert set(shown["quantity_range"]) == {"1 to 6"}


def test_a_customers_page_names_three_items_and_why(open_page, facts, full_home) -> None:
    [(customer,)] = facts(full_home, "select min(customer_id) from scores.next_items")
    app = open_page(full_home, "customer", customer=customer)
    shown = listed(app, "item_name")
    assert shown["item_name"].tolist() == ["Coffee beans 1 kg", "Paper filters", "Mug"]
    assert shown["probability"].tolist() == pytest.approx([60.0, 30.0, 10.0])
    assert shown["quantity"].tolist() == [3.0, 2.0, 1.0]
    assert shown["reason"].iloc[0] == "bought on 2 of 3 order days, last on 2026-10-01"


def test_what_is_withheld_is_said_and_no_item_is_shown(open_page, facts, sample_release, tmp_path, now) -> None:
    def withhold(con) -> None:
        con.execute("delete from scores.next_items")
        con.execute(
            "update scores.model_cards set is_published = false, verdict = ? where score_name = 'next_items'",
            [WITHHELD],
        )

    sample_release(tmp_path, "withheld-1", as_of_date=now.date(), published_at=now, change=withhold)
    app = open_page(tmp_path, "value")
    assert f"What they will order is not told: {WITHHELD}" in words(app)
    assert listed(app, "probability_30d")["item_name"].isna().all()
    [(customer,)] = facts(tmp_path, "select min(customer_id) from scores.next_purchase")
    page = open_page(tmp_path, "customer", customer=customer)
    assert f"What the next order will hold is withheld: {WITHHELD}" in words(page)
    assert not any("item_name" in frame.value for frame in page.dataframe)
