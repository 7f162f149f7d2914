"""A regression of spend is held back as strongly as it had to be at past snapshots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models_ml.tweedie import PastSpend, TweedieKnobs, best_penalty, fit_tweedie

HORIZON, COLUMNS = 30, 12
FINE = TweedieKnobs(penalties=tuple(float(each) for each in np.geomspace(3, 0.0003, 40)), most_dates=1)


def past(*, customers: int = 400, snapshots: int = 6, step_days: int = 30, turning: float = 0.0, seed: int = 0):
    """Half buy, for amounts that the columns tell: in each snapshot the same way, or as far `turning` another way."""
    rng = np.random.default_rng(seed)
    always = rng.normal(0, 0.4, COLUMNS)
    matrix, spend = rng.normal(size=(snapshots, customers, COLUMNS)), np.empty((snapshots, customers))
    for each in range(snapshots):
        level = np.exp(matrix[each] @ (always + turning * rng.normal(0, 0.4, COLUMNS)))
        spend[each] = np.where(rng.random(customers) < 0.5, rng.gamma(2, level), 0)
    dates = np.datetime64("2026-01-01") + np.repeat(np.arange(snapshots) * step_days, customers)
    spend = spend.ravel() / spend.mean()
    return PastSpend(matrix.reshape(-1, COLUMNS), spend, dates, np.full(spend.shape, 1e-3), np.full(spend.shape, 1e3))


def test_where_many_customers_say_the_same_it_is_hardly_held_back() -> None:
    assert best_penalty(past(), HORIZON, TweedieKnobs()) <= 0.01


def test_where_each_season_says_another_thing_it_is_held_back() -> None:
    assert best_penalty(past(turning=3.0), HORIZON, TweedieKnobs()) == 1.0


def test_where_customers_are_few_it_is_held_back_more_than_where_they_are_many() -> None:
    few, many = (np.median([best_penalty(past(customers=each, seed=seed), HORIZON, FINE) for seed in range(5)])
                 for each in (50, 1_000))  # fmt: skip
    assert few > 5 * many


def test_what_nobody_can_be_asked_about_leaves_the_stated_penalty() -> None:
    """One snapshot, snapshots less than a window apart, or too few who bought before."""
    alone, close = past(snapshots=1), past(snapshots=3, step_days=10)
    few = past(customers=100, snapshots=2)
    for each in (alone, close, few):
        assert best_penalty(each, HORIZON, replace(FINE, untold=0.123)) == 0.123


def test_windows_that_were_not_over_at_the_date_asked_about_teach_nothing() -> None:
    """A snapshot every 10 days, windows of 30: what came after the last but one and two was not known at the last."""
    known = past(snapshots=8, step_days=10)
    days = (known.dates.max() - known.dates) / np.timedelta64(1, "D")
    told = {}
    for since in (20, 70):
        spend = np.where((days > 0) & (days <= since), np.flip(known.spend), known.spend)
        told[since] = best_penalty(replace(known, spend=spend), HORIZON, FINE)
    assert told[20] == best_penalty(known, HORIZON, FINE)
    assert told[70] > 100 * told[20]


def test_how_much_all_spend_at_a_date_does_not_count() -> None:
    known = past(turning=0.5)
    is_last = known.dates == known.dates.max()
    thrice = replace(known, spend=np.where(is_last, 3 * known.spend, known.spend))
    assert best_penalty(thrice, HORIZON, FINE) == best_penalty(known, HORIZON, FINE)


def test_one_customer_unlike_all_others_does_not_decide() -> None:
    """What is said of anybody stays within bounds when it is used, and so when it is judged."""
    known = replace(past(), least=np.full(2_400, 0.1), most=np.full(2_400, 10.0))
    stranger = known.matrix.copy()
    stranger[-1] = 8 * np.sign(fit_tweedie(known, HORIZON, FINE)[-1].coef_)
    assert best_penalty(replace(known, matrix=stranger), HORIZON, FINE) == best_penalty(known, HORIZON, FINE)


def test_the_fitted_regression_has_the_penalty_that_was_found() -> None:
    for known in (past(), past(turning=3.0)):
        fitted = fit_tweedie(known, HORIZON, TweedieKnobs())
        assert fitted[-1].alpha == best_penalty(known, HORIZON, TweedieKnobs())
