"""seg_likely_deals: whose open deal is about to be won, in words, and who is left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

CHANCES = {1: 0.7, 2: 0.55, 3: 0.49, 4: 0.9, 5: 0.9}


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    names = ("ann", "ben", "cia")
    estate = make_estate(
        {
            "hubspot.contacts": [
                {"record_id": str(n), "email": f"{name}@mail.example"} for n, name in enumerate(names)
            ],
            "hubspot.deals": [
                {
                    "record_id": str(number),
                    "deal_stage": "Qualified to buy",
                    "amount": 1000,
                    "create_date": "2026-08-01",
                    "associated_contact_ids": contact,
                }
                for number, contact in ((1, "0"), (2, "0"), (3, "1"), (4, "2"), (5, None))
            ],
            # Waits for support: no salesperson calls now.
            "zendesk.users": [{"id": 9, "role": "end-user", "email": "cia@mail.example"}],
            "zendesk.tickets": [
                {"id": 1, "requester_id": 9, "status": "open", "created_at": "2026-10-30", "updated_at": "2026-10-30"}
            ],
        }
    )
    scored = {"as_of_date": date(2026, 11, 1), "model_version": "m", "reasons": "[]", "evidence": "own"}
    estate.write_scores(
        {
            "deal_win": [
                scored | {"opportunity_id": f"hubspot:{n}", "score": p, "low": p, "high": p, "win_probability": p}
                for n, p in CHANCES.items()
            ]
        }
    )
    estate.build_models("+seg_likely_deals")
    return estate


def test_whoever_has_a_likely_deal_is_in_with_the_likeliest_named(estate: Any) -> None:
    assert estate.query("select reason from segments.seg_likely_deals") == [
        ("has 2 open deals worth 2,000, the likeliest 70 % likely to be won in the next 90 days",)
    ], "not the one below one half, not the one with an open ticket, not the one without a person"


def test_while_the_score_is_withheld_nobody_is_in(estate: Any) -> None:
    estate.write_scores({})
    estate.build_models("seg_likely_deals")
    assert estate.query("select * from segments.seg_likely_deals") == []
