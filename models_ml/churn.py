"""Churn: the probability of no purchase in the next `horizon_days`.

Belongs here: the candidates for this score, their backtest, the champion's scores. Stays out: subscriptions, next
dates. 1 − P(alive) of a buy-till-you-die model is *not* this probability; it is carried through the backtest as a
baseline only so that the table shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.backtest import Backtest
from models_ml.baselines import days_since_last
from models_ml.btyd import RIVALS, PurchaseModel
from models_ml.calibration import DATES_JUDGED, band_coverage, fit_band
from models_ml.calibration_check import check_calibration
from models_ml.champion import ChampionKnobs, Choice, choose, hold_to_calibration, hold_to_ranking
from models_ml.churn_model import ChurnModel, load
from models_ml.classifier import closed_form_log_odds, fit_learned
from models_ml.closed_form import probability_alive
from models_ml.datasets import History, PurchaseFold, current_rows
from models_ml.design import cohort_of, count_variables, history_of
from models_ml.drivers import drivers
from models_ml.evaluation import classification_metrics
from models_ml.examination import examined_history
from models_ml.members import BLENDS, BOTH, CLOSED_FORM, LOGISTIC, STACK, TREES, LearnerKnobs, members_of
from models_ml.reasons import Direction, explain
from models_ml.reliability import buyer_groups, said_and_seen, share_interval
from models_ml.result import SCORE_SCHEMAS, Progress, ScoreResult, published, withheld
from models_ml.rivals import ClosedForm, closed_forms
from models_ml.sample_size import carried, events_per_variable
from models_ml.score_rows import EVIDENCE_IN_WORDS, beginning
from models_ml.season import JudgedSeasons, Season
from models_ml.silence import check_silence
from models_ml.silence_season import silence_seasons
from models_ml.splits import DataKnobs, NoScore, sample_rows
from models_ml.threads import single_threaded

__all__ = ["SCORE", "ChurnKnobs", "load", "train_and_score"]

SCORE = "churn"
RULE, NOT_ALIVE = "days since last order", "1 - p_alive"
DIRECTION = Direction("raises the risk", "lowers the risk", is_higher_good=False)


@dataclass(frozen=True)
class ChurnKnobs:
    data: DataKnobs = field(default_factory=DataKnobs)
    learner: LearnerKnobs = field(default_factory=LearnerKnobs)
    champion: ChampionKnobs = field(default_factory=ChampionKnobs)
    least_auc: float = 0.55
    low_band: float = 1 / 3
    high_band: float = 2 / 3


@single_threaded
def train_and_score(
    features: pl.DataFrame,
    labels: pl.DataFrame,
    as_of_date: date,
    horizon_days: int | None = None,
    on_progress: Progress | None = None,
    knobs: ChurnKnobs | None = None,
) -> ScoreResult:
    """Backtest the candidates, choose the champion, fit it on all complete snapshots, score the rows of
    `as_of_date`.
    """
    knobs, say = knobs or ChurnKnobs(), on_progress or (lambda _: None)
    try:
        history = examined_history(features, labels, as_of_date, horizon_days, knobs.data)
    except NoScore as reason:
        return withheld(SCORE, as_of_date, f"The churn score is withheld. {reason}")
    days = history.horizon_days
    knobs, left_out = _carried(history, knobs)
    forms = closed_forms(history)
    seasons = silence_seasons(history)
    backtest = Backtest(baselines=(RULE, NOT_ALIVE))
    for index, fold in enumerate(history.folds):
        say(f"churn: backtest at {fold.split.origin}")
        known = {name: form.folds[index].purchases for name, form in forms.items()}
        backtest.ask(*_judge(fold, days, known, seasons.folds[index], knobs))
    choice, model, silence = _sane_champion(history, backtest, forms, seasons, knobs, say)
    table = backtest.table(SCORE, choice)
    purchases = forms.get(choice.champion, forms[CLOSED_FORM]).current
    details = _details(history, backtest, choice, purchases, left_out)
    details |= {"longer_silence": silence, "season": seasons.as_card(as_of_date)}
    if model is None:
        return withheld(SCORE, as_of_date, choice.verdict, backtests=table, champion=choice.champion, details=details)
    say(f"churn: scoring {len(history.current):,} customers")
    return published(
        SCORE,
        as_of_date,
        choice.verdict,
        champion=choice.champion,
        make_scores=lambda version: _scores(model, history.current, version, knobs),
        backtests=table,
        artifacts=model.artifacts(),
        details=details | {"drivers": drivers(history.current, model.log_odds)},
        told=backtest.told(*backtest.at_origins(choice.champion, _outcome)),
    )


@single_threaded
def score_again(artifacts: dict[str, bytes], version: str, features: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    """The score table of `as_of_date` by a model as it was saved. Raises what `load` raises."""
    scores = _scores(load(artifacts), current_rows(features, as_of_date), version, ChurnKnobs())
    return scores.cast(SCORE_SCHEMAS[SCORE])


def _sane_champion(
    history: History,
    backtest: Backtest,
    forms: dict[str, ClosedForm],
    seasons: JudgedSeasons,
    knobs: ChurnKnobs,
    say: Progress,
) -> tuple[Choice, ChurnModel | None, list[dict]]:
    """The champion and its fit, None where nothing may be shown, and what was found of longer silence.

    A champion that calls customers safer for being silent gives way to the closed forms.
    """
    found = []
    asked = sample_rows(history.current, knobs.data.most_judged_customers, knobs.data.seed)
    for challengers in ((*RIVALS, LOGISTIC, TREES, BOTH, STACK), tuple(RIVALS)):
        choice = _choose(backtest, challengers, knobs)
        choice = replace(choice, verdict=" ".join([choice.verdict, *(said["sentence"] for said in found)]))
        if not choice.is_published:
            return choice, None, found
        say(f"churn: fitting {choice.champion}")
        model = _fit_champion(history, backtest, choice.champion, forms, seasons.today, knobs)
        check = check_silence(asked, model.log_odds)
        found.append({"candidate": choice.champion, **check.as_json()})
        if check.is_sane:
            return choice, model, found
    verdict = f"The churn score is withheld. {found[-1]['sentence']}"
    return replace(choice, is_published=False, verdict=verdict), None, found


def _choose(backtest: Backtest, challengers: tuple[str, ...], knobs: ChurnKnobs) -> Choice:
    """The common rule on Brier; a champion that cannot rank customers, or says other probabilities than come, is not
    shown.
    """
    choice = choose(
        backtest.losses(lambda fold, p: (p - _outcome(fold.test)) ** 2),
        closed_form=CLOSED_FORM,
        challengers=challengers,
        baselines=(RULE, NOT_ALIVE),
        loss_name="Brier",
        score_name=SCORE,
        knobs=knobs.champion,
    )
    ranking = {name: backtest.mean_metrics(name)["auc"] for name in backtest.candidates}
    choice = hold_to_ranking(
        choice, ranking, measure="AUC", least=knobs.least_auc, score_name=SCORE, knobs=knobs.champion
    )
    return hold_to_calibration(choice, check_calibration(*backtest.at_origins(choice.champion, _outcome)), SCORE)


def _carried(history: History, knobs: ChurnKnobs) -> tuple[ChurnKnobs, str | None]:
    """The members that there is enough to learn from for, at every origin."""
    events = [
        events_per_variable(fold.train["customer_id"], _outcome(fold.train) == outcome, count_variables(fold.train))
        for fold in history.folds
        for outcome in (0, 1)
    ]
    learner = knobs.learner
    members, left_out = carried(learner.members, (TREES,), events, learner.trees_events_per_variable)
    return replace(knobs, learner=replace(learner, members=members)), left_out


def _outcome(rows: pl.DataFrame) -> np.ndarray:
    return rows["is_churned"].cast(pl.Int8).to_numpy()


def _judge(fold: PurchaseFold, horizon_days: int, forms: dict[str, PurchaseModel], season: Season, knobs: ChurnKnobs):
    outcome, truth = _outcome(fold.train), _outcome(fold.test)
    learned = fit_learned(fold.train, outcome, fold.purchases, horizon_days, knobs.learner, is_of_silence=True)

    def say(rows: pl.DataFrame) -> dict[str, np.ndarray]:
        log_odds = {name: closed_form_log_odds(rows, form, horizon_days) for name, form in forms.items()}
        log_odds |= learned.said(rows) if learned is not None else {}
        shift = season.of(rows, horizon_days)
        return {
            RULE: days_since_last(fold.train, outcome, rows),
            NOT_ALIVE: 1 - probability_alive(fold.purchases, *history_of(rows)),
            **{name: expit(each + shift) for name, each in log_odds.items()},
        }

    is_recent = (fold.test["days_since_last_order"] <= 2 * horizon_days).to_numpy()
    return fold, say, lambda p: classification_metrics(truth, p, is_recent)


def _fit_champion(
    history: History,
    backtest: Backtest,
    champion: str,
    forms: dict[str, ClosedForm],
    season: Season,
    knobs: ChurnKnobs,
) -> ChurnModel:
    purchases, learned = forms.get(champion, forms[CLOSED_FORM]).current, None
    if champion in BLENDS:
        outcome = _outcome(history.train)
        needed = replace(knobs.learner, members=members_of(champion, knobs.learner.members))
        learned = fit_learned(
            history.train, outcome, history.purchases, history.horizon_days, needed, is_of_silence=True
        )
        learned = learned.only(champion)
    band = fit_band(*backtest.until_next(champion, _outcome))
    return ChurnModel(champion, history.horizon_days, purchases, cohort_of(history.current), learned, band, season)


def _details(
    history: History, backtest: Backtest, choice: Choice, purchases: PurchaseModel, left_out: str | None
) -> dict:
    told = backtest.at_origins(choice.champion, _outcome)
    return {
        "outcome": f"no purchase in [as_of_date, as_of_date + {history.horizon_days} days)",
        "data": history.described,
        "purchases": purchases.as_json(),
        "left_out": left_out,
        "mean_metrics": {name: backtest.mean_metrics(name) for name in backtest.candidates},
        "interval": "80 %: among customers given this score, the share without a purchase lies between low and high, "
        f"judged by how far it lay from the prediction at {DATES_JUDGED}",
        "interval_coverage": band_coverage(*backtest.until_next(choice.champion, _outcome)),
        "calibration": check_calibration(*told).as_json(),
        **choice.as_card(),
        **said_and_seen(backtest, *told, share_interval, lambda rows: buyer_groups(rows, history.horizon_days)),
        "evidence": EVIDENCE_IN_WORDS,
    }


def _scores(model: ChurnModel, rows: pl.DataFrame, version: str, knobs: ChurnKnobs) -> pl.DataFrame:
    probability = expit(model.log_odds(rows))
    reasons = explain(rows, model.log_odds, DIRECTION, reads=model.reads)
    closed = expit(closed_form_log_odds(rows, model.purchases, model.horizon_days))
    band = np.where(probability < knobs.low_band, "Low", np.where(probability > knobs.high_band, "High", "Medium"))
    return rows.select(
        *beginning(version, probability, model.band.around(probability), reasons),
        pl.Series("churn_probability", probability),
        pl.Series("churn_band", band),
        pl.Series("closed_form_probability", closed),
    )
