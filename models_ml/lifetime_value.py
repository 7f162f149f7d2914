"""Lifetime value: expected revenue of the next 90 and 365 days and of the lifetime, orders, with 80 % intervals.

Belongs here: the candidates for this score, their backtest, the choice. Stays out: margins, past spend (the
warehouse adds it). Values are revenue, net of refunds where the learned model has seen them; only the lifetime's is
discounted.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from models_ml.backtest import Backtest
from models_ml.baselines import past_rate, rfm_cell_mean
from models_ml.btyd import BetaGeo, fit_gamma_gamma
from models_ml.calibration_check import check_totals
from models_ml.champion import ChampionKnobs, Choice, choose, hold_to_ranking
from models_ml.datasets import History, PurchaseFold, current_rows
from models_ml.design import cohort_of, count_variables, history_of
from models_ml.drivers import AMOUNT, drivers
from models_ml.evaluation import capped_squared_error, value_metrics
from models_ml.examination import examined_history
from models_ml.future_intervals import JudgedIntervals, judged_intervals
from models_ml.lifetime_value_model import LifetimeValueModel, load
from models_ml.lifetime_value_scores import ScoringKnobs, scored
from models_ml.maximum_likelihood import FitError
from models_ml.members import CLOSED_FORM, TREES
from models_ml.orders_season import orders_seasons
from models_ml.regressor import (
    BLENDS,
    CORRECTION,
    RegressorKnobs,
    SpendModel,
    fit_regressor,
    money_of,
    spend_cap,
)
from models_ml.reliability import buyer_groups, mean_interval, said_and_seen
from models_ml.result import SCORE_SCHEMAS, Progress, ScoreResult, published, withheld
from models_ml.sample_size import carried, events_per_variable
from models_ml.score_rows import EVIDENCE_IN_WORDS
from models_ml.season import JudgedSeasons, Season
from models_ml.spending import Lifetime, most_left_out
from models_ml.splits import DataKnobs, NoScore, sample_rows
from models_ml.threads import single_threaded
from models_ml.totals_judged import Foretold, judged_totals

__all__ = ["SCORE", "LifetimeValueKnobs", "load", "train_and_score"]

SCORE = "lifetime_value"
PAST_RATE, RFM_CELL = "past rate", "RFM cell mean"
BOOSTED = (CORRECTION, TREES)


@dataclass(frozen=True)
class LifetimeValueKnobs:
    data: DataKnobs = field(default_factory=DataKnobs)
    regressor: RegressorKnobs = field(default_factory=RegressorKnobs)
    champion: ChampionKnobs = field(default_factory=ChampionKnobs)
    scoring: ScoringKnobs = field(default_factory=ScoringKnobs)
    simulated_customers: int = 4_000
    """Customers of an origin whose intervals are simulated to see how many hold; scores simulate everybody."""
    cap_quantile: float = 0.995
    """Of what buyers spend: more is cut in the champion's loss, sooner than in training, as origins are few."""
    least_gini: float = 0.1


@single_threaded
def train_and_score(
    features: pl.DataFrame,
    labels: pl.DataFrame,
    as_of_date: date,
    horizon_days: int | None = None,
    on_progress: Progress | None = None,
    knobs: LifetimeValueKnobs | None = None,
) -> ScoreResult:
    """Backtest the candidates on `horizon_days`, choose the champion, predict the next 365 days of `as_of_date`'s
    rows.
    """
    knobs, say = knobs or LifetimeValueKnobs(), on_progress or (lambda _: None)
    try:
        history = examined_history(features, labels, as_of_date, horizon_days, knobs.data)
        closed_form = _spend_model(history.current, history.purchases)
        models = [_spend_model(fold.test, fold.purchases) for fold in history.folds]
    except NoScore as reason:
        return withheld(SCORE, as_of_date, f"The lifetime value score is withheld. {reason}")
    days = history.horizon_days
    knobs, left_out = _carried(history, knobs)
    cap = spend_cap(_spend(history.train), knobs.cap_quantile)
    seasons = orders_seasons(history)
    backtest = Backtest(baselines=(PAST_RATE, RFM_CELL))
    for fold, model, season in zip(history.folds, models, seasons.folds, strict=True):
        say(f"lifetime value: backtest at {fold.split.origin}")
        backtest.ask(*_judge(fold, model, season, days, cap, knobs))
        backtest.metrics[-1][CLOSED_FORM] |= _orders_metrics(fold, model, season, days)
    choice = _choose(backtest, cap, knobs)
    predicted, _ = backtest.at_origins(choice.champion, _spend)
    simulated = {"most": knobs.simulated_customers, "draws": knobs.scoring.draws, "seed": knobs.scoring.seed}
    held = judged_intervals(history.folds, models, predicted, days, **simulated)
    for metrics, (of_orders, of_spend) in zip(backtest.metrics, held.coverage, strict=True):
        metrics[CLOSED_FORM] |= of_orders
        metrics[choice.champion] |= of_spend
    table = backtest.table(SCORE, choice)
    details = _details(history, backtest, choice, closed_form, held, cap, left_out, knobs)
    details["season"] = seasons.as_card(as_of_date)
    if not choice.is_published:
        return withheld(SCORE, as_of_date, choice.verdict, backtests=table, champion=choice.champion, details=details)
    details["totals"] = judged_totals(_foretold(backtest, choice.champion, models, seasons, days), days)
    say(f"lifetime value: fitting {choice.champion}")
    learned = None
    if choice.champion != CLOSED_FORM:
        today = sample_rows(history.current, knobs.data.most_judged_customers, knobs.data.seed)
        needed = tuple(name for name in knobs.regressor.members if name in BLENDS[choice.champion])
        learner = replace(knobs.regressor, members=needed)
        learned = fit_regressor(history.train, _spend(history.train), today, closed_form, days, learner)
    cohort = cohort_of(history.current)
    model = LifetimeValueModel(choice.champion, days, closed_form, held.shares, cohort, learned, seasons.today)
    log_value = partial(model.log_spend_within, days=knobs.scoring.value_days)
    details["drivers"] = drivers(history.current, log_value, AMOUNT)
    say(f"lifetime value: scoring {len(history.current):,} customers")
    return published(
        SCORE,
        as_of_date,
        choice.verdict,
        champion=choice.champion,
        make_scores=lambda version: scored(model, history.current, version, knobs.scoring),
        backtests=table,
        artifacts=model.artifacts(),
        details=details,
        told=backtest.told(*backtest.at_origins(choice.champion, _spend)),
    )


@single_threaded
def score_again(artifacts: dict[str, bytes], version: str, features: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    """The score table of `as_of_date` by a model as it was saved. Raises what `load` raises."""
    scores = scored(load(artifacts), current_rows(features, as_of_date), version, ScoringKnobs())
    return scores.cast(SCORE_SCHEMAS[SCORE])


def _carried(history: History, knobs: LifetimeValueKnobs) -> tuple[LifetimeValueKnobs, str | None]:
    """The members that there is enough to learn from for, at every origin."""
    regressor = knobs.regressor
    events = [
        events_per_variable(fold.train["customer_id"], _spend(fold.train) > 0, count_variables(fold.train))
        for fold in history.folds
    ]
    members, left_out = carried(regressor.members, BOOSTED, events, regressor.trees_events_per_variable)
    return replace(knobs, regressor=replace(regressor, members=members)), left_out


def _spend_model(rows: pl.DataFrame, purchases: BetaGeo) -> SpendModel:
    try:
        return SpendModel(purchases, fit_gamma_gamma(*money_of(rows)))
    except FitError as error:
        raise NoScore(f"No model of spending: {error}.") from error


def _spend(rows: pl.DataFrame) -> np.ndarray:
    return rows["future_net_amount"].cast(pl.Float64).to_numpy()


def _judge(
    fold: PurchaseFold, model: SpendModel, season: Season, horizon_days: int, cap: float, knobs: LifetimeValueKnobs
):
    spend, truth = _spend(fold.train), _spend(fold.test)
    learned = fit_regressor(fold.train, spend, fold.test, model, horizon_days, knobs.regressor)

    def say(rows: pl.DataFrame) -> dict[str, np.ndarray]:
        known = {CLOSED_FORM: model.spend_within(rows, horizon_days)}
        known |= learned.predictions(rows) if learned is not None else {}
        times = np.exp(season.of(rows, horizon_days))
        return {
            PAST_RATE: past_rate(rows, horizon_days),
            RFM_CELL: rfm_cell_mean(fold.train, spend, rows),
            **{name: said * times for name, said in known.items()},
        }

    return fold, say, lambda p: value_metrics(truth, p, cap)


def _foretold(
    backtest: Backtest, champion: str, models: list[SpendModel], seasons: JudgedSeasons, horizon_days: int
) -> list[Foretold]:
    return [
        Foretold(
            look.rows,
            models[look.origin],
            look.said[champion],
            float(np.exp(seasons.folds[look.origin].at(look.rows["as_of_date"][0], horizon_days))),
        )
        for look in backtest.looks
    ]


def _orders_metrics(fold: PurchaseFold, model: SpendModel, season: Season, horizon_days: int) -> dict:
    """How many purchase days were foreseen."""
    orders = fold.test["future_number_of_orders"].cast(pl.Float64).to_numpy()
    expected = model.orders(fold.test, horizon_days) * np.exp(season.at(fold.split.origin, horizon_days))
    return {
        "orders_mae": float(np.mean(np.abs(orders - expected))),
        "orders_aggregate_error": float(expected.sum() / orders.sum() - 1) if orders.sum() else None,
    }


def _choose(backtest: Backtest, cap: float, knobs: LifetimeValueKnobs) -> Choice:
    """The common rule on capped squared error; and a champion that ranks customers worse than the rule is not shown."""
    choice = choose(
        backtest.losses(lambda fold, p: capped_squared_error(_spend(fold.test), p, cap)),
        closed_form=CLOSED_FORM,
        challengers=tuple(BLENDS),
        baselines=(PAST_RATE, RFM_CELL),
        loss_name="capped mean squared error",
        score_name="lifetime value",
        knobs=knobs.champion,
    )
    ranking = {name: backtest.mean_metrics(name)["normalised_gini"] for name in backtest.candidates}
    return hold_to_ranking(
        choice,
        ranking,
        measure="normalised Gini",
        least=knobs.least_gini,
        score_name="lifetime value",
        knobs=knobs.champion,
    )


def _lifetime_as_card(rows: pl.DataFrame, model: SpendModel, lifetime: Lifetime) -> dict:
    """What it is, in words; and the share of it that lies further ahead than anybody has been watched: where hardly
    anybody was seen to leave, the model knows of no end.
    """
    known = model.lifetime_value(rows, lifetime).sum()
    watched = replace(lifetime, years=min(rows["t_days"].max() / 365, lifetime.years))
    within = model.lifetime_value(rows, watched).sum()
    later = most_left_out(model.purchases, model.spend, *history_of(rows), money_of(rows)[1], lifetime)
    words = (
        f"Revenue, not margin, of the next {lifetime.years} years as of today, discounted at "
        f"{lifetime.annual_rate:.0%} a year from the end of each month; what comes later would add "
        f"{later / known:.1%} at most. No backtest reaches so far: it is the closed form's, multiplied by what the "
        "champion makes of it within the horizon judged."
    )
    return {"lifetime": words, "lifetime_beyond_past": float(1 - within / known)}


def _details(
    history: History,
    backtest: Backtest,
    choice: Choice,
    model: SpendModel,
    held: JudgedIntervals,
    cap: float,
    left_out: str | None,
    knobs: LifetimeValueKnobs,
) -> dict:
    told = backtest.at_origins(choice.champion, _spend)
    totals = check_totals(*told)
    return {
        "outcome": f"net revenue in [as_of_date, as_of_date + {history.horizon_days} days) in the backtest; the score "
        f"is that of the next {knobs.scoring.value_days} days, undiscounted; a season moves what comes within the "
        f"{history.horizon_days} days, not what comes in a year, which holds all of them",
        **_lifetime_as_card(history.current, model, knobs.scoring.lifetime),
        "data": history.described,
        "purchases": model.purchases.as_json(),
        "spend": model.spend.as_json(),
        "bulk_buyers": f"spend above {cap:,.2f} within the horizon is cut in the champion's loss, in training that "
        f"above the {knobs.regressor.cut_quantile:.1%} quantile of buyers",
        "left_out": left_out,
        "mean_metrics": {name: backtest.mean_metrics(name) for name in backtest.candidates},
        **held.as_card(),
        **choice.as_card(),
        "calibration": totals.as_json() if totals else None,
        **said_and_seen(backtest, *told, mean_interval, lambda rows: buyer_groups(rows, history.horizon_days)),
        "orders": "purchase days (several orders on a day are one), always by the closed form",
        "evidence": EVIDENCE_IN_WORDS,
    }
