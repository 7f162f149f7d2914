"""fct_leads, ftr_lead_snapshots and lbl_lead_outcomes: a lead as it was, and whether it converted in the window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

CUT = date(2026, 8, 2)
"""A snapshot date thirteen weeks before the run's 2026-11-01, so that its 90 days are over."""


def lead(number: int, first: str, *, origin: str = "email", page: str = "p1") -> dict:
    return {"mql_id": str(number), "first_contact_date": first, "landing_page_id": page, "origin": origin}


def won(number: int, day: str) -> dict:
    return {
        "mql_id": str(number),
        "seller_id": f"s{number}",
        "sdr_id": "ann",
        "sr_id": "bob",
        "won_date": f"{day} 12:00:00",
    }


LEADS = [
    # Before the cut: of the mailings one of two converted, of the adverts none of two.
    lead(1, "2026-07-01"),
    lead(2, "2026-07-01"),
    lead(3, "2026-07-01", origin="display", page="p2"),
    lead(4, "2026-07-01", origin="display", page="p2"),
    # Converts on the first day of the window, on its last, and on the day after it.
    lead(5, "2026-07-20"),
    lead(6, "2026-07-20"),
    lead(7, "2026-07-20"),
    # Too old to be a lead at the cut.
    lead(8, "2026-05-01"),
]
PAST = [won(1, "2026-07-10")]


def salesforce_lead(number: int, who: str, **more: object) -> dict:
    row = {"id": f"00Q{number:012}", "email": f"{who}@mail.example", "last_name": who, "company": "Box"}
    return row | {"created_date": "2026-07-01 09:00:00", "system_modstamp": "2026-07-01 09:00:00"} | more


def call(number: int, day: str) -> dict:
    return {"activity_id": str(number), "activity_type": "CALL", "activity_date": day, "associated_contact_ids": "1"}


TALKED_WITH = {
    "salesforce.leads": [
        salesforce_lead(1, "won", is_converted=True, converted_date="2026-07-05"),
        salesforce_lead(2, "ann"),
        salesforce_lead(3, "ben"),
    ],
    "hubspot.contacts": [{"record_id": "1", "email": "ann@mail.example"}],
    # Of the thirty days before the cut the first and the last, and a day beside each.
    "hubspot.engagements": [
        call(number, day) for number, day in enumerate(("2026-07-02", "2026-07-03", "2026-08-01", "2026-08-02"))
    ],
}
FUTURE = [won(5, "2026-08-02"), won(6, "2026-10-30"), won(7, "2026-10-31")]


@pytest.fixture(scope="module")
def estates(make_estate: Callable) -> tuple[Any, Any]:
    """The same leads twice: as the deals stood at the cut, and as they stand on the day of the run."""
    made = []
    for deals in (PAST, PAST + FUTURE):
        estate = make_estate({"olist.leads": LEADS, "olist.closed_deals": deals, **TALKED_WITH})
        estate.build_models("+ftr_lead_snapshots", "+lbl_lead_outcomes", "+fct_leads")
        made.append(estate)
    return tuple(made)


def seen(estate: Any) -> list[tuple]:
    until = f"where as_of_date <= date '{CUT}'"
    return estate.query(f"select * from features.ftr_lead_snapshots {until} order by all")


def at_the_cut(estate: Any, columns: str) -> dict[str, tuple]:
    rows = estate.query(f"select lead_id, {columns} from features.ftr_lead_snapshots where as_of_date = date '{CUT}'")
    return {row[0].removeprefix("olist:"): row[1:] for row in rows}


def test_talks_count_for_thirty_days(estates: tuple) -> None:
    found = at_the_cut(estates[1], "count_sales_contacts_30d")
    first = "salesforce:00Q"
    talks = {int(key.removeprefix(first)[:12]): talks for key, (talks,) in found.items() if key.startswith(first)}
    assert talks == {2: 2, 3: 0}


def test_what_converted_later_changes_nothing_in_the_past_of_any_lead(estates: tuple) -> None:
    before, after = estates
    assert seen(before)
    assert seen(before) == seen(after)


def test_open_leads_are_those_come_and_not_converted_and_not_too_old(estates: tuple) -> None:
    found = at_the_cut(estates[1], "days_since_created")
    assert {key for key in found if "salesforce" not in key} == {"2", "3", "4", "5", "6", "7"}
    assert found["5"] == (13,)


def test_a_channel_is_as_good_as_it_had_been_by_then(estates: tuple) -> None:
    """Of 8 leads 1 had converted; of 6 by mail 1, of 2 by advert none; as if 20 more had gone as usual."""
    found = at_the_cut(estates[1], "lead_source_lift, landing_page_lift")
    assert found["2"][0] == pytest.approx((1 + 20 / 8) / (6 + 20) * 8)
    assert found["3"][0] == pytest.approx((0 + 20 / 8) / (2 + 20) * 8)
    assert found["3"][1] == found["3"][0]


def test_a_window_holds_its_first_day_and_its_last_and_not_the_next(estates: tuple) -> None:
    rows = estates[1].query(f"""
        select lead_id, is_converted from features.lbl_lead_outcomes where as_of_date = date '{CUT}'""")
    assert {key.removeprefix("olist:"): is_converted for key, is_converted in rows if is_converted} == {
        "5": True,
        "6": True,
    }, "ninety days from the second of August end on the thirtieth of October"


def test_there_is_no_snapshot_before_the_first_conversion(estates: tuple) -> None:
    assert estates[1].query("select min(as_of_date) from features.ftr_lead_snapshots") == [(date(2026, 7, 12),)]


def test_the_mart_tells_what_became_of_a_lead(estates: tuple) -> None:
    rows = estates[1].rows("marts.fct_leads", "lead_id")
    assert (rows["olist:5"]["is_converted"], rows["olist:5"]["days_to_convert"]) == (True, 13)
    assert (rows["olist:2"]["is_converted"], rows["olist:2"]["is_open"]) == (False, False), "older than a quarter"
    assert rows["olist:2"]["landing_page"] == "p1"


@pytest.mark.parametrize(
    ("model", "honest", "leaking"),
    [
        (
            "ftr_lead_snapshots",
            "leads.as_of_date > {{ alias }}.event_date",
            "leads.as_of_date + 60 > {{ alias }}.event_date",
        ),
        ("ftr_leads_at_dates", "dates.as_of_date <= leads.converted_date", "false"),
    ],
)
def test_a_feature_that_looks_ahead_is_caught(estates: tuple, model: str, honest: str, leaking: str) -> None:
    for estate in estates:
        estate.build_changed(model, honest, leaking, *dict.fromkeys((model, "ftr_lead_snapshots")))
    before, after = estates
    assert seen(before) != seen(after)
