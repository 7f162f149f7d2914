"""The page "Actions": each customer once, the most urgent first, and whom to leave alone."""

from __future__ import annotations

from .conftest import card, facts_of, words


def test_the_cards_count_customers_once_by_what_is_to_be_done(open_page, home) -> None:
    app = open_page(home, "actions")
    assert not app.exception, app.exception
    counted = dict(facts_of(home, "select aim, count(*) from segments.next_best_actions group by aim"))
    shown = {"settle": "Settle", "keep": "Keep", "sell": "Sell", "thank": "Thank", "wait": "Leave alone"}
    assert {aim: card(app, title) for aim, title in shown.items()} == {aim: f"{counted.get(aim, 0):,}" for aim in shown}
    assert counted["settle"] > 0


def test_the_list_begins_with_the_most_money_at_stake(open_page, full_home) -> None:
    app = open_page(full_home, "actions")
    app.segmented_control(key="aim").set_value("keep").run()
    assert not app.exception, app.exception
    [listed] = [frame.value for frame in app.dataframe if "stake_amount" in frame.value]
    expected = facts_of(
        full_home,
        "select customer_id, reason, stake_amount::double from segments.next_best_actions where aim = 'keep' "
        "order by stake_amount desc nulls last, customer_id limit 25",
    )
    assert [row.split("customer=")[1] for row in listed["customer_id"]] == [row[0] for row in expected]
    assert list(listed["reason"]) == [row[1] for row in expected]
    assert list(listed["stake_amount"]) == [row[2] for row in expected]


def test_whom_to_leave_alone_is_listed_with_the_reason_(open_page, full_home) -> None:
    app = open_page(full_home, "actions")
    app.segmented_control(key="aim").set_value("wait").run()
    [listed] = [frame.value for frame in app.dataframe if "reason" in frame.value]
    assert set(listed["reason"]) == {"said no to marketing"}


def test_a_customers_page_says_what_to_do_next(open_page, facts, full_home) -> None:
    [(who, action, reason)] = facts(
        full_home,
        "select customer_id, action, reason from segments.next_best_actions where aim = 'keep' order by all limit 1",
    )
    said = words(open_page(full_home, "customer", customer=who))
    assert f"**Next:** {action}" in said
    assert reason in said


def test_a_company_without_segments_is_told_where_actions_come_from(open_page, empty_home) -> None:
    assert "Actions come from segments" in words(open_page(empty_home, "actions"))
