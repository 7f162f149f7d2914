"""Global drivers: a planted cause is found and its curve rises; what a model does not use moves nothing."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from models_ml.btyd import BetaGeo
from models_ml.classifier import closed_form_log_odds
from models_ml.design import history_of, logit
from models_ml.drivers import AMOUNT, POINTS, drivers, effect_curve, moved
from models_ml.result import ScoreResult


def closed_form(rows: pl.DataFrame) -> np.ndarray:
    return closed_form_log_odds(rows, BetaGeo(1.2, 35.0, 0.5, 6.0), 90)


@pytest.fixture(scope="module")
def rows(simulated) -> pl.DataFrame:
    return simulated.features.filter(pl.col("as_of_date") == simulated.as_of)


def test_the_planted_cause_is_a_driver_and_its_curve_rises(results: dict[str, ScoreResult]) -> None:
    """A bad rating makes customers stop; one in ten has given one, so silence and habit still matter more overall."""
    found = json.loads(json.dumps(results["churn"].card["drivers"]))
    assert [driver["effect"] for driver in found] == sorted((driver["effect"] for driver in found), reverse=True)
    assert found[0]["column"] == "days_since_last_order"
    assert "Bad ratings, 365 days" in [driver["title"] for driver in found[:4]]
    [ratings] = [driver for driver in found if driver["column"] == "count_bad_ratings_365d"]
    assert ratings["effect"] > 0.05
    assert [point["value"] for point in ratings["curve"]] == [0, 1]
    assert ratings["curve"][1]["probability"] > ratings["curve"][0]["probability"] + 0.05


def test_longer_silence_raises_the_curve_all_the_way(results: dict[str, ScoreResult]) -> None:
    curve = results["churn"].card["drivers"][0]["curve"]
    assert len(curve) == POINTS
    assert (np.diff([point["value"] for point in curve]) > 0).all()
    probability = [point["probability"] for point in curve]
    assert (np.diff(probability) > -0.01).all()
    assert probability[-1] > probability[0] + 0.3


def test_what_the_model_does_not_use_has_no_effect_and_a_flat_curve(rows: pl.DataFrame) -> None:
    """The closed form knows nothing but the history."""
    by_column = {driver["column"]: driver for driver in drivers(rows, closed_form)}
    unused = by_column["average_order_value_amount"]
    assert unused["effect"] == unused["shift"] == 0
    assert len(unused["curve"]) == POINTS
    assert np.ptp([point["probability"] for point in unused["curve"]]) == 0
    assert by_column["days_since_last_order"]["effect"] > 1
    assert by_column["count_refunds"]["curve"] == [], "nobody has had a refund"


def test_effects_and_curves_are_those_that_can_be_worked_out_by_hand() -> None:
    """Each ticket adds a tenth to the probability, each contact nothing, though both go along."""
    tickets = [0] * 6 + [1, 1, 2, 4]
    rows = pl.DataFrame({"count_tickets_90d": tickets, "count_interactions_30d": tickets})

    def asked(of: pl.DataFrame) -> np.ndarray:
        return logit(0.2 + 0.1 * of["count_tickets_90d"].cast(pl.Float64).to_numpy())

    first, second = drivers(rows, asked)
    assert (first["title"], second["title"]) == ("Tickets, 90 days", "Contacts, 30 days")
    assert first["shift"] == pytest.approx(0.1 * np.mean(tickets))
    assert first["effect"] == pytest.approx(np.mean(logit(0.2 + 0.1 * np.array(tickets)) - logit(0.2)))
    assert first["curve"] == [
        {"value": value, "probability": pytest.approx(0.2 + 0.1 * value)} for value in (0, 1, 2, 4)
    ]
    assert second["effect"] == 0
    assert [point["probability"] for point in second["curve"]] == pytest.approx([0.28] * 4)


def test_effects_on_an_amount_are_told_in_money() -> None:
    tickets = [0] * 6 + [1, 1, 2, 4]
    rows = pl.DataFrame({"count_tickets_90d": tickets})

    def asked(of: pl.DataFrame) -> np.ndarray:
        return np.log(500 - 100.0 * of["count_tickets_90d"].cast(pl.Float64).to_numpy())

    [found] = drivers(rows, asked, AMOUNT)
    assert found["shift"] == pytest.approx(100 * np.mean(tickets))
    assert found["effect"] == pytest.approx(-np.mean(np.log(1 - np.array(tickets) / 5)))
    assert found["curve"] == [{"value": value, "amount": pytest.approx(500 - 100 * value)} for value in (0, 1, 2, 4)]


def test_silence_lowers_the_chance_of_an_order_and_a_larger_basket_raises_the_value(results) -> None:
    soon, value = (
        json.loads(json.dumps(results[name].card["drivers"])) for name in ("next_purchase", "lifetime_value")
    )
    assert soon[0]["column"] == "days_since_last_order"
    chances = [point["probability"] for point in soon[0]["curve"]]
    assert chances[-1] < chances[0] - 0.3
    [basket] = [driver for driver in value if driver["column"] == "average_order_value_amount"]
    amounts = [point["amount"] for point in basket["curve"]]
    assert basket["shift"] > 1
    assert amounts[-1] > 1.2 * amounts[0] > 0
    mean = results["lifetime_value"].scores["predicted_clv_amount"].mean()
    assert min(amounts) < mean < max(amounts)


def test_a_curve_on_everybodys_typical_place_would_ask_about_customers_whom_nobody_is() -> None:
    """Big baskets with few orders do not occur, so what a model says of them must not bend the curve of either."""
    basket = np.repeat(np.arange(1.0, 6), 20)
    rows = pl.DataFrame({"average_order_value_amount": basket, "orders_90d": 5 * basket})
    seen = []

    def asked(of: pl.DataFrame) -> np.ndarray:
        gap = np.abs(5 * of["average_order_value_amount"].to_numpy() - of["orders_90d"].to_numpy())
        seen.append(gap.max())
        return np.where(gap > 5, 5.0, 0.0)

    curve = effect_curve(rows, "average_order_value_amount", asked)
    assert max(seen) == 5
    assert [point["probability"] for point in curve] == [0.5] * 5


@pytest.mark.parametrize(("column", "value"), [("frequency", 0), ("frequency", 1), ("days_since_last_order", 1)])
def test_customers_are_moved_to_possible_histories(column: str, value: float, rows: pl.DataFrame) -> None:
    there = moved(rows, column, np.full(len(rows), float(value)))
    x, recency, age = history_of(there)
    assert (there[column] == value).all()
    assert ((recency >= 0) & (recency <= age)).all()
    assert (recency[x == 0] == 0).all()
    before, after = (
        frame["t_days"] - frame["recency_days"] - frame["days_since_last_order"] for frame in (rows, there)
    )
    assert before.to_list() == pytest.approx(after.to_list()), "age is habit and silence"


def test_larger_baskets_on_average_are_larger_every_day() -> None:
    rows = pl.DataFrame(
        {"average_order_value_amount": [20.0, 0.0], "monetary_value": [30.0, None], "frequency": [2, 0]}
    )
    there = moved(rows, "average_order_value_amount", np.array([40.0, 40.0]))
    assert there.rows() == [(40.0, 60.0, 2), (40.0, None, 0)]


def test_a_large_estate_is_asked_by_a_fixed_sample(rows: pl.DataFrame) -> None:
    sizes = []

    def asked(of: pl.DataFrame) -> np.ndarray:
        sizes.append(len(of))
        return closed_form(of)

    found = drivers(rows, asked, most_rows=200)
    assert max(sizes) == 200 < len(rows)
    assert found == drivers(rows, closed_form, most_rows=200)
