"""fct_opportunity_stages and agg_opportunity_conversions: where deals stood how long, and how many got on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

QUALIFIED, PROPOSAL = "qualifiedtobuy", "contractsent"


def history(*steps: tuple[str, str]) -> list[dict]:
    """(value, moment) in order of time; the API gives the newest first."""
    return [{"value": value, "timestamp": f"{moment}T00:00:00Z"} for value, moment in reversed(steps)]


def deal(number: int, *stages: tuple[str, str], **histories: list[dict]) -> dict:
    last, moment = stages[-1]
    return {
        "id": str(number),
        "created_at": stages[0][1],
        "updated_at": moment,
        "properties": {
            "dealstage": last,
            "amount": "100",
            "hubspot_owner_id": "9",
            "closedate": moment,
            "hs_is_closed_won": str(last == "closedwon").lower(),
        },
        "properties_with_history": {"dealstage": history(*stages)} | histories,
    }


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    estate = make_estate(
        {
            "hubspot.api_deals": [
                # Back from the proposal, and on again; the amount changed meanwhile, and the owner.
                deal(
                    1,
                    (QUALIFIED, "2026-01-01"),
                    (PROPOSAL, "2026-01-11"),
                    (QUALIFIED, "2026-01-21"),
                    (PROPOSAL, "2026-02-10"),
                    ("closedwon", "2026-02-20"),
                    amount=history(("100", "2026-01-01"), ("250", "2026-01-15")),
                    hubspot_owner_id=history(("7", "2026-01-01"), ("8", "2026-01-30")),
                ),
                deal(2, (QUALIFIED, "2026-01-01"), ("closedlost", "2026-01-31")),
                deal(3, (QUALIFIED, "2026-01-01"), (PROPOSAL, "2026-10-12")),
                # Closed only after the as-of date.
                deal(4, (QUALIFIED, "2026-01-01"), ("closedwon", "2026-11-20")),
            ]
        }
    )
    estate.build_models("+fct_opportunity_stages", "+agg_opportunity_conversions")
    return estate


@pytest.fixture(scope="module")
def stays(estate: Any) -> dict[tuple[str, int], dict]:
    rows = estate.rows("marts.fct_opportunity_stages", "opportunity_stage_id").values()
    return {(row["opportunity_id"][-1], row["stage_number"]): row for row in rows}


def test_a_stay_lasts_from_its_entry_to_the_next_stage_and_the_way_back_is_one_of_its_own(stays: dict) -> None:
    ways = [(stays["1", n]["days_in_stage"], stays["1", n]["outcome"]) for n in (1, 2, 3, 4)]
    assert ways == [(10, "advanced"), (10, "returned"), (20, "advanced"), (10, "won")]
    assert stays["1", 4]["next_stage_name"] == "Closed won"
    assert ("1", 5) not in stays, "won is where it went, not where it stays"


def test_a_stay_carries_what_was_known_at_its_entry(stays: dict) -> None:
    assert [stays["1", n]["amount"] for n in (1, 2, 3, 4)] == [100, 100, 250, 250]
    assert [stays["1", n]["owner_id"] for n in (1, 3, 4)] == ["hubspot:7", "hubspot:7", "hubspot:8"]
    assert stays["1", 1]["is_owner_recorded"]
    unrecorded = stays["2", 1]
    assert (unrecorded["owner_id"], unrecorded["is_owner_recorded"], unrecorded["amount"]) == ("hubspot:9", False, None)


def test_a_deal_that_still_stands_there_is_censored_at_the_as_of_date(stays: dict) -> None:
    now = stays["3", 2]
    assert (now["outcome"], now["is_censored"], now["left_at"], now["days_in_stage"]) == ("open", True, None, 20)
    later = stays["4", 1]
    assert (later["outcome"], later["days_in_stage"]) == ("open", 304), "it was won on a day not seen"


def test_a_deal_closed_later_stood_in_its_recorded_stage(estate: Any) -> None:
    later = estate.rows("marts.fct_opportunities", "opportunity_id")["hubspot:4"]
    assert (later["status"], later["stage_name"], later["probability"]) == ("Pipeline", "Qualified to buy", 0.4)
    assert (later["close_date"], later["amount"]) == (None, Decimal(100))


def conversions(estate: Any) -> dict[tuple[str | None, date | None], dict]:
    with_keys = estate.query("""
        select stage_name, cohort_date, count_entered, count_converted, count_failed, count_open, median_days,
            conversion_probability, conversion_probability_low, conversion_probability_high
        from marts.agg_opportunity_conversions""")
    return {row[:2]: row[2:] for row in with_keys}


def test_conversion_follows_each_cohort_and_open_deals_fail_nothing(estate: Any) -> None:
    entered, converted, failed, still_open, median, probability, low, high = conversions(estate)[
        "Qualified to buy", date(2026, 1, 1)
    ]
    assert (entered, converted, failed, still_open) == (5, 3, 1, 1)
    # After 10, 20 and 30 days one of 5, 4 and 3 left; the third was lost. The next left after 284 days.
    assert probability == pytest.approx(1 / 5 + 4 / 5 * 1 / 4)
    assert 0 < low < probability < high < 1
    assert median == 30


def test_without_enough_time_and_somebody_left_the_estimate_is_unknown(estate: Any) -> None:
    found = conversions(estate)
    young = found["Contract sent", date(2026, 10, 1)]
    assert young[:4] == (1, 0, 0, 1)
    assert young[4:] == (None, None, None, None), "20 days say nothing about 180"


def test_the_whole_way_is_known_without_any_history(estate: Any) -> None:
    found = conversions(estate)
    assert found[None, date(2026, 1, 1)][:4] == (4, 1, 1, 2)
    assert found[None, date(2026, 1, 1)][5] == pytest.approx(3 / 4 * 1 / 3), (
        "of four one was lost after 30 days; of the other three one was won after 50"
    )
    assert found[None, None] == found[None, date(2026, 1, 1)], "all entered within a year"


def test_time_is_taken_to_the_second(estate: Any) -> None:
    [(moment,)] = estate.query("select min(entered_at) from marts.fct_opportunity_stages")
    assert moment == datetime(2026, 1, 1)
