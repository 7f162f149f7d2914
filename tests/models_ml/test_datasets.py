"""Point in time: what may be learned from, what may not, and how a purchase log becomes BG/NBD rows."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from models_ml.datasets import load_history, summarise_purchases
from models_ml.inputs import FrameError, OverlapError
from models_ml.splits import DataKnobs, NotEnoughHistory, Split, cut_folds, rolling_origins, sample_rows

LOG = pl.DataFrame(
    {
        "customer_id": ["a", "a", "a", "a", "b", "c", "c", "d"],
        "order_date": [date(2025, 1, d) for d in (1, 11, 11, 21, 31, 5, 9, 1)],
        "amount": [10.0, 20.0, 4.0, 6.0, 7.0, 5.0, -8.0, 3.0],
    }
)


def test_periods_not_orders_are_counted_and_age_runs_to_the_last_day_seen() -> None:
    rows = summarise_purchases(LOG, date(2025, 2, 1)).rows_by_key("customer_id", named=True, unique=True)
    # a: days 1, 11, 21; two orders on the 11th are one purchase of 24; repeats average (24 + 6)/2.
    assert rows["a"] == {"frequency": 2, "recency_days": 20, "t_days": 30, "monetary_value": 15.0}
    # b bought for the first time on the last day seen: T = 0.
    assert rows["b"] == {"frequency": 0, "recency_days": 0, "t_days": 0, "monetary_value": None}
    # c's only repeat day is negative: it counts, but its value does not.
    assert rows["c"]["monetary_value"] is None


def test_the_day_of_the_run_is_not_seen() -> None:
    rows = summarise_purchases(LOG, date(2025, 1, 21)).rows_by_key("customer_id", named=True, unique=True)
    assert rows["a"]["frequency"] == 1
    assert "b" not in rows


def test_a_split_that_overlaps_is_refused_in_words() -> None:
    fine = Split(date(2025, 7, 1), (date(2025, 4, 2),), 90)
    assert str(fine) == (
        "origin 2025-07-01: learns from the snapshot 2025-04-02, whose windows end before it; "
        "judged on 2025-07-01 to 2025-09-28"
    )
    with pytest.raises(OverlapError, match="the snapshot of 2025-04-03 has labels up to 2025-07-02"):
        Split(date(2025, 7, 1), (date(2025, 3, 1), date(2025, 4, 3)), 90)


def test_origins_are_a_horizon_apart_when_three_fit() -> None:
    labelled = [date(2026, 8, 3) - timedelta(days=30 * k) for k in range(16)]
    splits = rolling_origins(labelled, 90, most=4)
    assert [split.origin for split in splits] == [date(2026, 8, 3) - timedelta(days=90 * k) for k in range(4)]
    for split in splits:
        assert max(split.train_dates) + timedelta(days=90) == split.origin
    assert "12 snapshots 2025-06-09" not in str(splits[0])
    assert "13 snapshots 2025-05-10 to 2026-05-05" in str(splits[0])


@pytest.mark.parametrize(
    ("horizon", "step", "between"), [(90, 30, [30, 60]), (28, 14, [14]), (90, 7, [28, 56]), (91, 13, [26, 52])]
)
def test_a_model_is_looked_at_until_the_next_is_trained_but_not_in_windows_that_are_nearly_the_same(
    horizon: int, step: int, between: list[int]
) -> None:
    labelled = [date(2026, 8, 3) - timedelta(days=step * k) for k in range(6 * horizon // step)]
    newest, *older = rolling_origins(labelled, horizon, most=4)
    assert newest.later_dates == ()
    assert len(older) == 3
    for split in older:
        assert split.later_dates == tuple(split.origin + timedelta(days=days) for days in between)
    assert all(split.later_dates == () for split in rolling_origins(labelled[: 2 * horizon // step], horizon, most=4))


def test_a_short_history_uses_every_snapshot_and_an_empty_one_none() -> None:
    labelled = [date(2026, 8, 3) - timedelta(days=30 * k) for k in range(6)]
    assert [split.origin for split in rolling_origins(labelled, 90, most=4)] == labelled[:3]
    assert rolling_origins(labelled[:3], 90, most=4) == []


def test_an_origin_at_which_the_company_was_a_tenth_of_itself_is_not_asked_where_three_others_are() -> None:
    def origins(customers: list[int]) -> list[int]:
        """Of snapshots 30 days apart, newest first, with so many customers; as positions."""
        days = [date(2026, 8, 3) - timedelta(days=30 * k) for k in range(len(customers))]
        rows = pl.concat(
            pl.DataFrame({"customer_id": [f"c{n}" for n in range(count)], "as_of_date": [day] * count})
            for day, count in zip(days, customers, strict=True)
        )
        return [days.index(fold.split.origin) for fold in cut_folds(rows, "customer_id", 30, DataKnobs())]

    # Each learns from the snapshots before it: the fourth from 900 in the first case, from 99 in the second.
    assert origins([1000, 1000, 1000, 1000, 900]) == [0, 1, 2, 3]
    assert origins([1000, 1000, 1000, 1000, 99]) == [0, 1, 2]
    assert origins([1000, 1000, 1000, 1000, 100]) == [0, 1, 2, 3]
    assert origins([1000, 1000, 1000, 99]) == [0, 1, 2], "three are needed, whatever the third learns from"


def test_labels_whose_window_is_not_over_are_refused(simulated) -> None:
    early = simulated.as_of - timedelta(days=1)
    with pytest.raises(OverlapError, match="it is not complete"):
        load_history(simulated.features, simulated.labels, early, 90, DataKnobs())


def test_wrong_frames_are_named(simulated) -> None:
    features, labels = simulated.features, simulated.labels

    def load(features=features, labels=labels, horizon=90):
        return load_history(features, labels, simulated.as_of, horizon, DataKnobs())

    with pytest.raises(FrameError, match="features: column t_days is missing"):
        load(features=features.drop("t_days"))
    with pytest.raises(FrameError, match="features: column frequency is null in"):
        load(features=features.with_columns(pl.lit(None, dtype=pl.Int64).alias("frequency")))
    with pytest.raises(FrameError, match="labels: customer_id and as_of_date are not unique"):
        load(labels=pl.concat([labels, labels.head(1)]))
    with pytest.raises(FrameError, match="labels: horizon_days is 90 where 28 was asked for"):
        load(horizon=28)


def test_folds_never_see_past_their_origin_and_every_row_has_an_origin_of_its_own(simulated) -> None:
    history = load_history(simulated.features, simulated.labels, simulated.as_of, None, DataKnobs())
    assert history.horizon_days == 90
    assert len(history.folds) == 4
    until = simulated.as_of
    for fold in history.folds:
        assert fold.train["as_of_date"].max() + timedelta(days=90) <= fold.split.origin
        assert fold.test["as_of_date"].unique().to_list() == [fold.split.origin]
        later = [rows["as_of_date"].unique().item() for rows in fold.later]
        assert later == list(fold.split.later_dates)
        assert all(fold.split.origin < day < until for day in later)
        until = fold.split.origin
    assert sum(len(fold.later) for fold in history.folds) == 6
    assert history.current["as_of_date"].unique().to_list() == [simulated.as_of]
    assert "is_churned" not in history.current.columns


def test_the_cap_takes_the_same_rows_each_time_and_is_recorded(simulated) -> None:
    knobs = DataKnobs(most_training_rows=500)
    history = load_history(simulated.features, simulated.labels, simulated.as_of, 90, knobs)
    shuffled = simulated.features.sample(fraction=1, shuffle=True, seed=3)
    again = load_history(shuffled, simulated.labels, simulated.as_of, 90, knobs)
    assert history.described["training_rows"]["used"] == 500
    assert history.described["training_rows"]["available"] > 10_000
    assert history.train.equals(again.train)
    assert sample_rows(history.train, 500, 1) is history.train


def test_too_little_is_said_in_words(simulated) -> None:
    few = simulated.features.filter(pl.col("as_of_date") == simulated.as_of).head(49)
    with pytest.raises(NotEnoughHistory, match="Only 49 customers have bought before"):
        load_history(few, simulated.labels, simulated.as_of, 90, DataKnobs())
    with pytest.raises(NotEnoughHistory, match="No purchases in this estate"):
        load_history(simulated.features.clear(), simulated.labels.clear(), simulated.as_of, 90, DataKnobs())
    with pytest.raises(NotEnoughHistory, match="no past snapshot has a complete window"):
        load_history(simulated.features, simulated.labels.clear(), simulated.as_of, 90, DataKnobs())
    latest = simulated.labels["as_of_date"].max()
    with pytest.raises(NotEnoughHistory, match="1 past snapshots have a complete window of 90 days"):
        load_history(
            simulated.features,
            simulated.labels.filter(pl.col("as_of_date") == latest),
            simulated.as_of,
            90,
            DataKnobs(),
        )
