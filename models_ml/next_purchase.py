"""Next purchase: the probability of an order within 30, 60 and 90 days, and the day it is expected.

Belongs here: the candidates for this score, their backtest, the champion's scores.
Stays out: what is bought, how windows are learned (purchase_windows.py).

The probabilities come from the champion. The days always come from a closed form, conditional on buying at all: dates
are weak everywhere (MAE of weeks on sparse logs), so they are published with their 80 % interval or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl

from models_ml.backtest import Backtest
from models_ml.baselines import mean_gap_rule
from models_ml.btyd import RIVALS, PurchaseModel
from models_ml.calibration import DATES_JUDGED, band_coverage, fit_band
from models_ml.calibration_check import check_calibration
from models_ml.champion import ChampionKnobs, Choice, choose, hold_to_calibration, hold_to_ranking
from models_ml.closed_form import probability_no_purchase
from models_ml.datasets import History, PurchaseFold, current_rows
from models_ml.design import cohort_of, count_variables, history_of
from models_ml.drivers import drivers
from models_ml.evaluation import auc, c_index, expected_calibration_error
from models_ml.examination import examined_history
from models_ml.members import BLENDS, BOTH, CLOSED_FORM, LOGISTIC, STACK, TREES, LearnerKnobs, members_of
from models_ml.next_purchase_model import NextPurchaseModel, load
from models_ml.order_dates import date_metrics, days_ahead, fit_levels, order_positions
from models_ml.purchase_windows import (
    WINDOWS,
    bought,
    learn,
    learned_probabilities,
    needed,
    probabilities,
    windows_within,
)
from models_ml.reasons import Direction, explain
from models_ml.reliability import buyer_groups, said_and_seen, share_interval
from models_ml.result import SCORE_SCHEMAS, Progress, ScoreResult, published, withheld
from models_ml.rivals import closed_forms
from models_ml.sample_size import carried, events_per_variable
from models_ml.score_rows import EVIDENCE_IN_WORDS, beginning
from models_ml.season import Season
from models_ml.silence_season import silence_seasons
from models_ml.splits import DataKnobs, NoScore
from models_ml.threads import single_threaded

SCORE = "next_purchase"
BASE_RATE, MEAN_GAP = "base rate", "personal mean gap"
DIRECTION = Direction("makes an order likelier", "makes an order less likely", is_higher_good=True)


@dataclass(frozen=True)
class NextPurchaseKnobs:
    data: DataKnobs = field(default_factory=DataKnobs)
    learner: LearnerKnobs = field(default_factory=LearnerKnobs)
    champion: ChampionKnobs = field(default_factory=ChampionKnobs)
    least_c_index: float = 0.55
    date_horizon_days: int = 365
    least_probability_for_a_date: float = 0.5
    """A date is named only for customers who will more likely than not buy within a year."""


@single_threaded
def train_and_score(
    features: pl.DataFrame,
    labels: pl.DataFrame,
    as_of_date: date,
    horizon_days: int | None = None,
    on_progress: Progress | None = None,
    knobs: NextPurchaseKnobs | None = None,
) -> ScoreResult:
    """Backtest the candidates, choose the champion, fit it on all complete snapshots, score the rows of `as_of_date`.

    The backtest judges the windows that fit into the labels' horizon, or parts of it when none does.
    """
    knobs, say = knobs or NextPurchaseKnobs(), on_progress or (lambda _: None)
    try:
        history = examined_history(features, labels, as_of_date, horizon_days, knobs.data)
    except NoScore as reason:
        return withheld(SCORE, as_of_date, f"The next purchase score is withheld. {reason}")
    days = history.horizon_days
    windows = windows_within(days)
    knobs, left_out = _carried(history, windows, knobs)
    backtest = Backtest(baselines=(BASE_RATE, MEAN_GAP))
    forms = closed_forms(history)
    seasons = silence_seasons(history)
    positions = {name: [order_positions(fold) for fold in form.folds] for name, form in forms.items()}
    for index, fold in enumerate(history.folds):
        say(f"next purchase: backtest at {fold.split.origin}")
        known = {name: form.folds[index].purchases for name, form in forms.items()}
        backtest.ask(*_judge(fold, windows, known, seasons.folds[index], knobs))
        for name, each in positions.items():
            levels = fit_levels(each[:index] + each[index + 1 :])
            ours, rule = date_metrics(forms[name].folds[index], levels)
            backtest.metrics[-1][name] |= ours
            backtest.metrics[-1][MEAN_GAP] |= rule
    choice = choose(
        backtest.losses(lambda fold, p: np.mean((p - bought(fold.test, windows)) ** 2, axis=1)),
        closed_form=CLOSED_FORM,
        challengers=(*RIVALS, LOGISTIC, TREES, BOTH, STACK),
        baselines=(BASE_RATE, MEAN_GAP),
        loss_name=f"mean Brier of {'/'.join(map(str, windows))} days",
        score_name="next purchase",
        knobs=knobs.champion,
    )
    ranking = {name: backtest.mean_metrics(name)["c_index"] for name in backtest.candidates}
    choice = hold_to_ranking(
        choice,
        ranking,
        measure="C-index",
        least=knobs.least_c_index,
        score_name="next purchase",
        knobs=knobs.champion,
    )
    told = _in_longest(backtest.at_origins, choice.champion, windows)
    choice = hold_to_calibration(choice, check_calibration(*told), "next purchase")
    dating = choice.champion if choice.champion in forms else CLOSED_FORM
    purchases = forms[dating].current
    details = _details(history, backtest, choice, purchases, windows, left_out, knobs)
    details["season"] = seasons.as_card(as_of_date)
    table = backtest.table(SCORE, choice)
    if not choice.is_published:
        return withheld(SCORE, as_of_date, choice.verdict, backtests=table, champion=choice.champion, details=details)
    say(f"next purchase: fitting {choice.champion}")
    learned = {}
    if choice.champion in BLENDS:
        learner = replace(knobs.learner, members=members_of(choice.champion, knobs.learner.members))
        models = learn(history.train, history.purchases, needed(windows), learner)
        learned = {window: model.only(choice.champion) for window, model in models.items()}
    band = fit_band(*_in_longest(backtest.until_next, choice.champion, windows))
    levels = fit_levels(positions[dating])
    model = NextPurchaseModel(
        choice.champion, purchases, learned, cohort_of(history.current), band, levels, seasons.today
    )
    say(f"next purchase: scoring {len(history.current):,} customers")
    return published(
        SCORE,
        as_of_date,
        choice.verdict,
        champion=choice.champion,
        make_scores=lambda version: _scores(model, history.current, as_of_date, version, knobs),
        backtests=table,
        artifacts=model.artifacts(),
        details=details | {"drivers": drivers(history.current, model.log_odds)},
        told=backtest.told(*told),
    )


@single_threaded
def score_again(artifacts: dict[str, bytes], version: str, features: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    """The score table of `as_of_date` by a model as it was saved. Raises what `load` raises."""
    rows = current_rows(features, as_of_date)
    return _scores(load(artifacts), rows, as_of_date, version, NextPurchaseKnobs()).cast(SCORE_SCHEMAS[SCORE])


def _carried(
    history: History, windows: tuple[int, ...], knobs: NextPurchaseKnobs
) -> tuple[NextPurchaseKnobs, str | None]:
    """The members that there is enough to learn from for, in every window at every origin.

    Trees are tried in windows shorter than a month only. There, on a grocer's log, they told best who comes first; from
    30 days on they told it worse than logistic regression in each window (CDNOW: C-index 0.782 to 0.786 against 0.787).
    """
    learner, events = knobs.learner, []
    if windows[0] >= WINDOWS[0]:
        members = tuple(name for name in learner.members if name != TREES)
        return replace(knobs, learner=replace(learner, members=members)), None
    for fold in history.folds:
        variables = count_variables(fold.train)
        for column in bought(fold.train, windows).T:
            events += [events_per_variable(fold.train["customer_id"], column == each, variables) for each in (0, 1)]
    members, left_out = carried(learner.members, (TREES,), events, learner.trees_events_per_variable)
    return replace(knobs, learner=replace(learner, members=members)), left_out


def _judge(
    fold: PurchaseFold,
    windows: tuple[int, ...],
    closed_forms: dict[str, PurchaseModel],
    season: Season,
    knobs: NextPurchaseKnobs,
):
    train, test = bought(fold.train, windows), bought(fold.test, windows)
    learned = learn(fold.train, fold.purchases, windows, knobs.learner)

    def say(rows: pl.DataFrame) -> dict[str, np.ndarray]:
        return {
            BASE_RATE: np.broadcast_to(train.mean(axis=0), (len(rows), len(windows))),
            MEAN_GAP: np.column_stack([mean_gap_rule(fold.train, column, rows) for column in train.T]),
            **{name: probabilities(name, form, {}, season, rows, windows) for name, form in closed_forms.items()},
            **learned_probabilities(learned, season, rows, windows),
        }

    days = fold.test["days_to_next_order"].fill_null(-1).to_numpy()

    def measure(p: np.ndarray) -> dict[str, float | None]:
        briers = {f"brier_{w}d": float(np.mean((p[:, i] - test[:, i]) ** 2)) for i, w in enumerate(windows)}
        return briers | {
            f"auc_{windows[-1]}d": auc(test[:, -1], p[:, -1]),
            f"ece_{windows[-1]}d": expected_calibration_error(test[:, -1], p[:, -1]),
            "c_index": c_index(days, days >= 0, p.mean(axis=1)),
        }

    return fold, say, measure


def _in_longest(told: Callable, champion: str, windows: tuple[int, ...]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """What was `told` of the last of the windows: a backtest's `at_origins` or `until_next`."""
    said, seen = told(champion, lambda rows: bought(rows, windows)[:, -1])
    return [each[:, -1] for each in said], seen


def _details(
    history: History,
    backtest: Backtest,
    choice: Choice,
    purchases: PurchaseModel,
    windows: tuple[int, ...],
    left_out: str | None,
    knobs: NextPurchaseKnobs,
) -> dict:
    told = _in_longest(backtest.at_origins, choice.champion, windows)
    return {
        "outcome": f"an order within {', '.join(map(str, windows))} days of as_of_date",
        "data": history.described,
        "purchases": purchases.as_json(),
        "left_out": left_out,
        "mean_metrics": {name: backtest.mean_metrics(name) for name in backtest.candidates},
        "c_index": "who buys earlier, by the mean of the windows' probabilities",
        "beyond": f"past {windows[-1]} days the closed form, moved as far as the champion is from it at {windows[-1]}",
        "interval": "80 %: among customers given this 90-day probability, the share who order lies between low and "
        f"high, judged by how far it lay from the {windows[-1]}-day prediction at {DATES_JUDGED}",
        "interval_coverage": band_coverage(*_in_longest(backtest.until_next, choice.champion, windows)),
        "calibration": check_calibration(*told).as_json(),
        **choice.as_card(),
        **said_and_seen(backtest, *told, share_interval, lambda rows: buyer_groups(rows, history.horizon_days)),
        "dates": f"the closed form's median and 80 % interval given an order within {knobs.date_horizon_days} days, at "
        "levels between which whole days, both ends included, held 80 % of the orders at the backtest's origins; null "
        f"where such an order is less likely than {knobs.least_probability_for_a_date:.0%}",
        "evidence": EVIDENCE_IN_WORDS,
    }


def _scores(
    model: NextPurchaseModel, rows: pl.DataFrame, as_of_date: date, version: str, knobs: NextPurchaseKnobs
) -> pl.DataFrame:
    p = model.probabilities(rows)
    within_a_year = 1 - probability_no_purchase(model.purchases, *history_of(rows), knobs.date_horizon_days)
    is_named = pl.Series(within_a_year >= knobs.least_probability_for_a_date)
    days = days_ahead(model.purchases, rows, model.levels, knobs.date_horizon_days).astype(int)
    dates = [
        pl.when(is_named).then(pl.lit(as_of_date) + pl.duration(days=pl.Series(column))).cast(pl.Date)
        for column in days.T
    ]
    reasons = explain(rows, model.log_odds, DIRECTION, reads=model.reads)
    return rows.select(
        *beginning(version, p[:, -1], model.band.around(p[:, -1]), reasons),
        *(pl.Series(f"next_purchase_probability_{w}d", p[:, i]) for i, w in enumerate(WINDOWS)),
        dates[1].alias("expected_date_of_next_order"),
        dates[0].alias("expected_date_low"),
        dates[2].alias("expected_date_high"),
    )
