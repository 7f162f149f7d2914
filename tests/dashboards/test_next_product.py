"""The page "Next product": its numbers are those of the release, and it says so when there is nothing to say."""

from __future__ import annotations

from .conftest import card, facts_of, words


def test_the_numbers_are_those_of_the_release(open_page, home) -> None:
    app = open_page(home, "next-product")
    assert not app.exception, app.exception
    [(due,)] = facts_of(home, "select count(distinct customer_id) from segments.seg_due_for_next_product")
    assert due > 0
    assert card(app, "Due now") == f"{due:,}"
    assert card(app, "A, then B") == card(app, "Refills") == "1"
    said = words(app)
    assert "Of **200** customers 27% buy within 60 days; half of the buyers do so within 45 days" in said
    assert "4.0 times the usual (3.0 to 5.3). 70 bought in this order, 12 the other way round" in said
    tables = [frame.value for frame in app.dataframe]
    assert any("reason" in frame and frame["reason"].str.contains("days ago").all() for frame in tables)


def test_refills_are_a_choice(open_page, full_home) -> None:
    app = open_page(full_home, "next-product")
    app.segmented_control(key="what_follows").set_value("The same product again").run()
    assert not app.exception, app.exception
    assert "the other way round" not in words(app)


def test_a_company_that_tells_no_products_is_told_why_there_is_nothing(open_page, empty_home) -> None:
    said = words(open_page(empty_home, "next-product"))
    assert "Nothing can be said yet about what is bought after what" in said
    assert "needs orders that list their products" in said
