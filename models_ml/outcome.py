"""Scores of one row and one yes or no: will this deal be won, this lead convert, this subscription end in time?

Belongs here: the candidates of such a score, their backtest, the champion's scores; one walk for all of them.
Stays out: what any of them is about (deal_win.py and its like), customers and their purchases (churn.py).

Every rule of thumb is the usual share of one plain fact: how many of those like this one. A learned model has to beat
the best of them, or nobody needs it: then the score is withheld and the verdict says so. Beating is by log loss: where
one in fifty leads converts, a Brier score hardly tells knowing from not knowing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.backtest import Backtest
from models_ml.baselines import usual_share
from models_ml.calibration import DATES_JUDGED, Band, band_coverage, fit_band
from models_ml.calibration_check import check_calibration
from models_ml.champion import ChampionKnobs, Choice, choose, hold_to_calibration, hold_to_ranking
from models_ml.evaluation import classification_metrics, log_losses
from models_ml.members import BOTH, LOGISTIC, TREES, LearnerKnobs, members_of
from models_ml.outcome_design import OutcomeModel, fit_model, load_model, usable_columns_of
from models_ml.outcome_examination import examined_rows
from models_ml.outcome_rows import OutcomeHistory, Subject, current_rows
from models_ml.reasons import Direction, explain
from models_ml.registry import parameters_from_bytes, parameters_to_bytes
from models_ml.reliability import said_and_seen, share_interval
from models_ml.result import SCORE_SCHEMAS, Progress, ScoreResult, published, withheld
from models_ml.sample_size import carried, events_per_variable
from models_ml.score_rows import beginning
from models_ml.splits import DataKnobs, Fold, NoScore
from models_ml.themes import Theme
from models_ml.threads import single_threaded

BASE_RATE = "usual share of all"
TIERS = ("A", "B", "C", "D")


@dataclass(frozen=True)
class OutcomeKnobs:
    data: DataKnobs = field(default_factory=DataKnobs)
    learner: LearnerKnobs = field(default_factory=LearnerKnobs)
    champion: ChampionKnobs = field(default_factory=ChampionKnobs)
    least_auc: float = 0.55


@dataclass(frozen=True)
class Outcome:
    """One score of this kind, in words and columns.

    `rules` names each rule of thumb and the column it goes by; a row with any of `own_columns` above zero has a history
    of its own (else it is judged by others like it); `probability` is the score's own column.
    """

    score: str
    subject: Subject
    probability: str
    rules: dict[str, str]
    themes: tuple[Theme, ...]
    direction: Direction
    own_columns: tuple[str, ...]
    own_words: str
    tier: str | None = None
    """Column with A to D, the quarters of those scored; None where nobody asks for them."""

    @property
    def title(self) -> str:
        return self.score.replace("_", " ")

    def evidence(self, rows: pl.DataFrame) -> pl.Expr:
        own = [(pl.col(name) > 0).fill_null(False) for name in self.own_columns if name in rows.columns]
        return pl.when(pl.any_horizontal(pl.lit(False), *own)).then(pl.lit("own")).otherwise(pl.lit("pooled"))


@dataclass(frozen=True)
class FittedOutcome:
    """Everything fitted: the champion's members and the band. Predicting never learns."""

    champion: str
    horizon_days: int
    model: OutcomeModel
    band: Band

    def log_odds(self, rows: pl.DataFrame) -> np.ndarray:
        return self.model.log_odds(rows, self.champion)

    def artifacts(self, score: str) -> dict[str, bytes]:
        parameters = {
            "champion": self.champion,
            "horizon_days": self.horizon_days,
            "band": self.band.as_json(),
            "learned": self.model.parameters(),
        }
        return {f"{score}.json": parameters_to_bytes(parameters), f"{score}.skops": self.model.members.estimators()}


def load(score: str, artifacts: dict[str, bytes]) -> FittedOutcome:
    """Rebuild a model from its artifacts. Raises ArtifactError on damaged or untrusted content."""
    parameters = parameters_from_bytes(artifacts[f"{score}.json"], f"{score}.json")
    return FittedOutcome(
        parameters["champion"],
        parameters["horizon_days"],
        load_model(parameters["learned"], artifacts[f"{score}.skops"]),
        Band(**{name: tuple(values) for name, values in parameters["band"].items()}),
    )


@single_threaded
def train_and_score(
    outcome: Outcome,
    features: pl.DataFrame,
    labels: pl.DataFrame,
    as_of_date: date,
    on_progress: Progress | None = None,
    knobs: OutcomeKnobs | None = None,
) -> ScoreResult:
    """Backtest the candidates, choose the champion, fit it on all complete snapshots, score the rows of
    `as_of_date`.
    """
    knobs, say, subject = knobs or OutcomeKnobs(), on_progress or (lambda _: None), outcome.subject
    try:
        history = examined_rows(subject, tuple(outcome.rules.values()), features, labels, as_of_date, knobs.data)
    except NoScore as reason:
        return withheld(outcome.score, as_of_date, f"The {outcome.title} score is withheld. {reason}")
    knobs, left_out = _carried(history, subject, knobs)
    telling = usable_columns_of(history.train, subject)
    rules = {name: column for name, column in outcome.rules.items() if column in telling}
    backtest = Backtest(baselines=(BASE_RATE, *rules), subject=subject.key)
    for fold in history.folds:
        say(f"{outcome.title}: backtest at {fold.split.origin}")
        backtest.ask(*judge(fold, subject, rules, knobs))
    if LOGISTIC not in backtest.candidates:
        words = f"of past {subject.many} too few {subject.event}, or too few do not, to learn from."
        return withheld(
            outcome.score, as_of_date, f"The {outcome.title} score is withheld. Not enough history: {words}"
        )
    choice = choose(
        backtest.losses(lambda fold, p: log_losses(subject.happened(fold.test), p)),
        closed_form=LOGISTIC,
        challengers=(TREES, BOTH),
        baselines=backtest.baselines,
        loss_name="log loss",
        score_name=outcome.title,
        knobs=knobs.champion,
    )
    choice = hold_to_ranking(
        choice,
        {name: backtest.mean_metrics(name)["auc"] for name in backtest.candidates},
        measure="AUC",
        least=knobs.least_auc,
        score_name=outcome.title,
        knobs=knobs.champion,
        subjects=subject.many,
    )
    told = backtest.at_origins(choice.champion, subject.happened)
    choice = hold_to_calibration(choice, check_calibration(*told), outcome.title)
    table = backtest.table(outcome.score, choice)
    details = _details(history, outcome, backtest, choice, left_out)
    if not choice.is_published:
        return withheld(
            outcome.score, as_of_date, choice.verdict, backtests=table, champion=choice.champion, details=details
        )
    say(f"{outcome.title}: fitting {choice.champion}, scoring {len(history.current):,} {subject.many}")
    needed = replace(knobs.learner, members=members_of(choice.champion, knobs.learner.members))
    model = fit_model(history.train, subject, needed).only(choice.champion)
    band = fit_band(*backtest.until_next(choice.champion, subject.happened))
    fitted = FittedOutcome(choice.champion, history.horizon_days, model, band)
    return published(
        outcome.score,
        as_of_date,
        choice.verdict,
        champion=choice.champion,
        make_scores=lambda version: _scores(outcome, fitted, history.current, version),
        backtests=table,
        artifacts=fitted.artifacts(outcome.score),
        details=details,
        told=backtest.told(*told),
    )


@single_threaded
def score_again(
    outcome: Outcome, artifacts: dict[str, bytes], version: str, features: pl.DataFrame, as_of_date: date
) -> pl.DataFrame:
    """The score table of `as_of_date` by a model as it was saved. Raises what `load` raises."""
    rows = current_rows(outcome.subject, features, as_of_date)
    return _scores(outcome, load(outcome.score, artifacts), rows, version).cast(SCORE_SCHEMAS[outcome.score])


def _carried(history: OutcomeHistory, subject: Subject, knobs: OutcomeKnobs) -> tuple[OutcomeKnobs, str | None]:
    """The members that there is enough to learn from for, at every origin."""

    def events(rows: pl.DataFrame, happened: int) -> float:
        variables = max(1, len(usable_columns_of(rows, subject)))
        return events_per_variable(rows[subject.key], subject.happened(rows) == happened, variables)

    least = [events(fold.train, happened) for fold in history.folds for happened in (0, 1)]
    learner = knobs.learner
    members, left_out = carried(learner.members, (TREES,), least, learner.trees_events_per_variable, subject.many)
    return replace(knobs, learner=replace(learner, members=members)), left_out


def judge(fold: Fold, subject: Subject, rules: dict[str, str], knobs: OutcomeKnobs):
    """The fold, what every candidate that learned from its `train` says of any rows, and how that is measured."""
    happened, truth = subject.happened(fold.train), subject.happened(fold.test)
    model = fit_model(fold.train, subject, knobs.learner)

    def say(rows: pl.DataFrame) -> dict[str, np.ndarray]:
        learned = model.said(rows) if model is not None else {}
        return {
            BASE_RATE: np.full(len(rows), np.clip(happened.mean(), 0.001, 0.999)),
            **{name: usual_share(fold.train[column], happened, rows[column]) for name, column in rules.items()},
            **{name: expit(log_odds) for name, log_odds in learned.items()},
        }

    return fold, say, lambda p: classification_metrics(truth, p)


def _details(
    history: OutcomeHistory, outcome: Outcome, backtest: Backtest, choice: Choice, left_out: str | None
) -> dict:
    subject = outcome.subject
    told = backtest.at_origins(choice.champion, subject.happened)
    return {
        "outcome": f"{subject.many} that {subject.event} in [as_of_date, as_of_date + {history.horizon_days} days)",
        "data": history.described,
        "left_out": left_out,
        "mean_metrics": {name: backtest.mean_metrics(name) for name in backtest.candidates},
        "interval": f"80 %: of {subject.many} given this score, the share that {subject.event} lies between low and "
        f"high, judged by how far it lay from the prediction at {DATES_JUDGED}",
        "interval_coverage": band_coverage(*backtest.until_next(choice.champion, subject.happened)),
        "calibration": check_calibration(*told).as_json(),
        **choice.as_card(),
        **said_and_seen(backtest, *told, share_interval),
        "evidence": outcome.own_words,
    }


def _scores(outcome: Outcome, fitted: FittedOutcome, rows: pl.DataFrame, version: str) -> pl.DataFrame:
    probability = expit(fitted.log_odds(rows))
    reasons = explain(rows, fitted.log_odds, outcome.direction, outcome.themes, outcome.subject.one)
    # Equal scores share a tier: the share of those scored that lies above.
    above = (pl.Series(-probability).rank("min") - 1) / len(rows)
    tiers = pl.Series(np.array(TIERS)[(above.to_numpy() * len(TIERS)).astype(int)], dtype=pl.String)
    return rows.select(
        *beginning(
            version,
            probability,
            fitted.band.around(probability),
            reasons,
            key=outcome.subject.key,
            evidence=outcome.evidence(rows),
        ),
        pl.Series(outcome.probability, probability),
        *([tiers.alias(outcome.tier)] if outcome.tier else []),
    )
