"""What drives a score: the card's drivers as bars, and the curve of the one that is chosen."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pytest

from dashboards.drivers import SUBJECTS, curve

from .conftest import facts_of, words


def pictures(app) -> list[dict]:
    return [json.loads(drawn.proto.spec) for drawn in app.get("vega_lite_chart") + app.get("arrow_vega_lite_chart")]


def drawn_frames(app) -> list[pd.DataFrame]:
    """The frames behind the charts of a page."""
    charts = app.get("vega_lite_chart") + app.get("arrow_vega_lite_chart")
    data = [part.data.data for drawn in charts for part in drawn.proto.datasets]
    return [pa.ipc.open_stream(stream).read_pandas() for stream in data]


def titled(app, title: str) -> list[dict]:
    return [picture for picture in pictures(app) if f'"{title}"' in json.dumps(picture)]


def test_the_page_names_the_drivers_of_the_card_strongest_first(open_page, full_home) -> None:
    app = open_page(full_home, "churn")
    assert not app.exception, app.exception
    assert "What drives the risk" in words(app)
    [(card,)] = facts_of(full_home, "select card from release.model_cards where score_name = 'churn'")
    drivers = {driver["title"]: driver["shift"] for driver in json.loads(card)["drivers"] if driver["shift"] > 0}
    [bars] = [frame for frame in drawn_frames(app) if "shift" in frame]
    assert list(bars["title"]) == list(drivers)
    assert list(bars["shift"]) == pytest.approx([100 * shift for shift in drivers.values()])
    chosen = app.selectbox(key="driver_churn")
    assert chosen.options == list(drivers)
    assert chosen.value == "Days since last order"


def test_choosing_a_driver_draws_its_curve(open_page, full_home) -> None:
    app = open_page(full_home, "churn")
    assert not titled(app, "Bad ratings, 365 days")
    app.selectbox(key="driver_churn").select("Bad ratings, 365 days").run()
    assert not app.exception, app.exception
    assert len(titled(app, "Bad ratings, 365 days")) == 1


def test_a_card_without_drivers_shows_none(open_page, tmp_path, sample_release) -> None:
    sample_release(tmp_path, "old-1", change=lambda con: con.execute("update scores.model_cards set card = '{}'"))
    app = open_page(tmp_path, "churn")
    assert not app.exception, app.exception
    assert "What drives the risk" not in words(app)


def test_value_and_next_purchase_have_their_drivers_too_one_in_money_one_in_points(open_page, full_home) -> None:
    app = open_page(full_home, "value")
    assert not app.exception, app.exception
    assert "What drives the value" in words(app)
    assert "What drives the next purchase" in words(app)
    shifts = {frame["title"].iloc[0]: frame["shift"].iloc[0] for frame in drawn_frames(app) if "shift" in frame}
    assert shifts == {"Average order": 130.0, "Days since last order": pytest.approx(19.0)}
    [money] = [frame for frame in drawn_frames(app) if "amount" in frame and "value" in frame]
    assert money["amount"].tolist() == [80.0, 240.0, 360.0]


def test_a_curve_of_money_starts_at_nothing() -> None:
    points = pd.DataFrame({"value": [20.0, 90.0], "amount": [350.0, 360.0]})
    [line, dots] = curve(points, "Average order", SUBJECTS["lifetime_value"]).to_dict()["layer"]
    for layer in (line, dots):
        assert layer["encoding"]["y"]["scale"]["domain"] == [0, 450.0]


@pytest.mark.parametrize(("largest", "number"), [(1.0, ",.3~g"), (400.0, ",.3~g"), (28_000.0, "~s")])
def test_a_curve_stands_on_the_whole_scale_of_probabilities(largest: float, number: str) -> None:
    points = pd.DataFrame({"value": [0.0, largest], "probability": [0.69, 0.69]})
    [line, dots] = curve(points, "Spent in all", SUBJECTS["churn"]).to_dict()["layer"]
    for layer in (line, dots):
        assert layer["encoding"]["y"]["scale"]["domain"] == [0, 1]
        assert layer["encoding"]["x"]["axis"]["format"] == number
