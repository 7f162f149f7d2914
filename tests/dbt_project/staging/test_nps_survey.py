"""NPS survey: answers keep their score, people are known by address, anonymous answers still count."""

from __future__ import annotations

from datetime import datetime
from hashlib import md5

IVA = "nps_survey:" + md5(b"iva@shop.example").hexdigest()


def test_answers_of_one_address_are_one_contact_and_anonymous_ones_remain(estate) -> None:
    at = datetime(2026, 6, 1)
    answers = [("r1", "Iva@Shop.example ", 0), ("r2", "iva@shop.example", 10), ("r3", None, 7)]
    estate.land(
        "nps_survey.responses",
        [{"response_id": r, "email": e, "score": s, "submitted_at": at} for r, e, s in answers],
    )
    assert estate.row("stg_nps_survey__contacts", "contact_id, email") == (IVA, "iva@shop.example")
    assert estate.rows("stg_nps_survey__survey_responses", "response_id, contact_id, score, survey_type, is_good") == [
        ("nps_survey:r1", IVA, 0, "nps", None),
        ("nps_survey:r2", IVA, 10, "nps", None),
        ("nps_survey:r3", None, 7, "nps", None),
    ]
