"""Best channel and best hour: told where customers' own contacts foretell the next better than everybody's do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from models_ml.calibration import Platt
from models_ml.contact_habits import CHANNEL, EVERYBODY, HOUR, OWN, OWN_ONLY, Habit, Trained, Windows, tell, train
from models_ml.shrinkage import STRENGTHS, count_values, drawn_to_usual, fit_strength, windows

AS_OF, DAYS = date(2026, 11, 1), Windows(365, 90)
CUSTOMERS, CONTACTS, KEPT = 400, 8, 0.8


def company(is_faithful: bool, customers: int = CUSTOMERS) -> pl.DataFrame:
    """Contacts spread over two years; faithful customers keep to a channel and an hour of their own four times of
    five, the others to nobody's.
    """
    rng = np.random.default_rng(11)
    own = rng.integers(0, 4, (customers, 1)), rng.integers(0, 24, (customers, 1))
    is_kept = rng.random((customers, CONTACTS)) < (KEPT if is_faithful else 0)
    channel = np.where(is_kept, own[0], rng.choice(4, (customers, CONTACTS), p=(0.4, 0.3, 0.2, 0.1))).ravel()
    hour = (
        np.where(is_kept, own[1] + rng.integers(-1, 2, (customers, CONTACTS)), rng.integers(0, 24, is_kept.shape)) % 24
    )
    day = rng.integers(1, 730, customers * CONTACTS)
    start = datetime(AS_OF.year, AS_OF.month, AS_OF.day)
    return pl.DataFrame(
        {
            "customer_id": np.repeat([f"c{number:04d}" for number in range(customers)], CONTACTS),
            "occurred_at": [start - timedelta(days=int(each)) + timedelta(hours=9) for each in day],
            "channel": np.array(CHANNEL.values)[channel],
            "hour": hour.ravel(),
        }
    )


def mean(trained: Trained, candidate: str, metric: str) -> float:
    rows = trained.backtests.filter(candidate=candidate, metric=metric)
    assert rows["origin_date"].n_unique() == 4
    return rows["value"].mean()


@pytest.fixture(scope="module")
def faithful() -> pl.DataFrame:
    return company(is_faithful=True)


@pytest.fixture(scope="module", params=[CHANNEL, HOUR], ids=lambda habit: habit.score)
def trained(request, faithful) -> tuple[Habit, Trained]:
    return request.param, train(faithful, AS_OF, request.param, DAYS)


def test_where_customers_have_habits_their_own_contacts_drawn_to_the_usual_foretell_best(trained) -> None:
    habit, found = trained
    assert found.card["champion"] == OWN
    assert found.card["is_published"], found.card["verdict"]
    assert mean(found, OWN, "brier") < min(mean(found, EVERYBODY, "brier"), mean(found, OWN_ONLY, "brier"))
    assert mean(found, OWN, "named_right") > mean(found, EVERYBODY, "named_right") + 0.15
    assert found.card["calibration"]["is_kept"], found.card["calibration"]["sentence"]
    [against] = [each for each in found.card["naming_behind_champion"] if each["candidate"] == EVERYBODY]
    assert 0 < against["low"] < against["gap"] < against["high"]
    assert found.backtests["score_name"].unique().to_list() == [habit.score]


def test_each_customer_is_told_their_own_habit_with_its_chance_and_why(faithful) -> None:
    found = train(faithful, AS_OF, CHANNEL, DAYS)
    told = tell(replace(found.model, platt=Platt()), faithful, AS_OF)
    lately = faithful.filter(pl.col("occurred_at").dt.date() >= AS_OF - timedelta(365))
    assert told["customer_id"].sort().to_list() == lately["customer_id"].unique().sort().to_list()
    row = told.sort("probability").row(-1, named=True)
    mine = lately.filter(customer_id=row["customer_id"])
    own = mine.filter(channel=row["channel"]).height
    usual = (lately["channel"] == row["channel"]).mean()
    strength = found.card["strength"]
    assert row["probability"] == pytest.approx((own + strength * usual) / (len(mine) + strength))
    odds, usual_odds = (share / (1 - share) for share in (row["probability"], usual))
    assert row["odds_ratio"] == pytest.approx(odds / usual_odds)
    assert row["probability_low"] <= row["probability"] <= row["probability_high"]
    assert row["reason"] == f"{own} of {len(mine)} contacts were so, usual are {100 * usual:.0f}%"


def test_where_nobody_has_a_habit_nothing_is_told_and_the_card_says_so() -> None:
    for habit in (CHANNEL, HOUR):
        found = train(company(is_faithful=False), AS_OF, habit, DAYS)
        assert found.model is None
        assert "withheld: it does not beat its rule of thumb clearly enough" in found.card["verdict"]
        assert mean(found, EVERYBODY, "brier") < mean(found, OWN_ONLY, "brier")


def test_people_who_call_a_real_service_desk_keep_to_no_hour_and_are_told_none(service_desk_contacts) -> None:
    """Their own last hours name fewer of the next ones right than the hours in which everybody calls."""
    known = service_desk_contacts.filter(pl.col("occurred_at").dt.date() < date(2016, 5, 31))
    found = train(known, date(2016, 5, 31), HOUR, Windows(365, 14))
    assert found.model is None
    assert found.card["verdict"].startswith("The best hour score is withheld: it does not beat its rule of thumb")
    own, everybody = mean(found, OWN, "named_right"), mean(found, EVERYBODY, "named_right")
    assert 0.3 < own < everybody < 0.36


def test_better_shares_that_lead_to_naming_the_same_are_withheld() -> None:
    """Half always write; the others write or call alike. Who calls is known, and to be written to all the same."""
    rng = np.random.default_rng(5)
    rows = company(is_faithful=True, customers=600)
    calls = (rng.random(len(rows)) < 0.45) & (rows["customer_id"] < "c0300").to_numpy()
    channels = pl.Series("channel", np.where(calls, "phone", "email"))
    found = train(rows.with_columns(channels), AS_OF, CHANNEL, DAYS)
    assert mean(found, OWN, "brier") < 0.95 * mean(found, EVERYBODY, "brier")
    assert found.model is None
    assert "names hardly more right than the rule of thumb (everybody's)" in found.card["verdict"]


def test_fewer_than_three_past_dates_judge_nobody(faithful) -> None:
    young = faithful.filter(pl.col("occurred_at").dt.date() >= AS_OF - timedelta(250))
    found = train(young, AS_OF, CHANNEL, DAYS)
    assert found.model is None
    assert found.card["verdict"].startswith("The best channel is withheld: at 2 past dates, not at 3, 50 customers")


def test_nothing_after_an_origin_is_seen_at_it_and_the_order_of_rows_does_not_matter(faithful, trained) -> None:
    habit, found = trained
    latest = AS_OF - timedelta(days=DAYS.horizon_days)
    earlier = found.backtests.filter(pl.col("origin_date") < latest)
    cut = faithful.filter(pl.col("occurred_at").dt.date() < latest)
    again = train(cut, latest, habit, DAYS).backtests.filter(pl.col("origin_date") >= earlier["origin_date"].min())
    by = ("candidate", "origin_date", "metric")
    assert again.drop("is_champion").sort(by).equals(earlier.drop("is_champion").sort(by))
    assert train(faithful.sample(fraction=1, shuffle=True, seed=3), AS_OF, habit, DAYS).card == found.card


def test_contacts_of_no_known_channel_are_no_evidence(faithful) -> None:
    unknown = faithful.with_columns(channel=pl.lit(None, dtype=pl.String))
    both = pl.concat([faithful, unknown])
    assert train(both, AS_OF, CHANNEL, DAYS).card == train(faithful, AS_OF, CHANNEL, DAYS).card


def test_an_hour_before_or_after_is_the_same_habit_also_around_midnight() -> None:
    shares = np.zeros((1, 24))
    shares[0, [23, 0]] = 0.5
    assert windows(shares, 1)[0, [22, 23, 0, 1, 2]].tolist() == [0.5, 1, 1, 0.5, 0]
    assert windows(shares, 0).tolist() == shares.tolist()


def test_shares_are_drawn_to_the_usual_as_if_it_were_so_many_cases() -> None:
    counts, usual = np.array([[3.0, 1.0], [0.0, 0.0]]), np.array([0.25, 0.75])
    assert drawn_to_usual(counts, usual, 4.0)[0].tolist() == pytest.approx([(3 + 1) / 8, (1 + 3) / 8])
    assert drawn_to_usual(counts, usual, 0.0).tolist() == [[0.75, 0.25], [0.25, 0.75]], "who has none is as usual"
    assert drawn_to_usual(counts, usual, np.inf).tolist() == [[0.25, 0.75]] * 2


@pytest.mark.parametrize("strength", [1.0, 4.0])
def test_the_strength_of_the_usual_is_recovered(strength: float) -> None:
    """Shares of 20,000 customers drawn from a Dirichlet of that strength, five cases each."""
    rng = np.random.default_rng(7)
    usual = np.array([0.5, 0.3, 0.2])
    shares = rng.dirichlet(strength * usual, 20_000)
    place = (rng.random((len(shares), 5, 1)) > shares.cumsum(axis=1)[:, None, :-1]).sum(axis=2).ravel()
    rows = pl.DataFrame({"customer_id": np.repeat(np.arange(len(shares)), 5), "place": place})
    found = fit_strength(count_values(rows, 3), 0)
    assert strength / 1.5 < found < strength * 1.5
    one_each = count_values(rows.unique("customer_id", keep="first", maintain_order=True), 3)
    assert fit_strength(one_each, 0) == STRENGTHS[-1], "who came once only shows no habit"
