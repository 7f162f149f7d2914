"""Next purchase: the probability of an order within 30, 60 and 90 days, and the day it is expected.

Belongs here: the candidates for this score, their backtest, the champion's scores. Stays out: what is bought.

The probabilities come from the champion. The days always come from a closed form, conditional on buying at all: dates
are weak everywhere (MAE of weeks on sparse logs), so they are published with their 80 % interval or not at all.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.backtest import Backtest
from models_ml.baselines import mean_gap_rule
from models_ml.btyd import RIVALS, BetaGeo, PurchaseModel, purchase_model_from_json
from models_ml.calibration import Band, band_coverage, fit_band
from models_ml.champion import ChampionKnobs, Choice, choose, hold_to_ranking
from models_ml.classifier import Learned, closed_form_log_odds, fit_learned, load_learned
from models_ml.closed_form import probability_no_purchase
from models_ml.datasets import History, PurchaseFold, current_rows
from models_ml.design import Cohort, cohort_from_json, cohort_of, history_of
from models_ml.evaluation import auc, c_index, expected_calibration_error
from models_ml.examination import examined_history
from models_ml.members import BLENDS, CLOSED_FORM, LOGISTIC, STACK, LearnerKnobs
from models_ml.order_dates import Levels, date_metrics, days_ahead, fit_levels, order_positions
from models_ml.reasons import Direction, explain
from models_ml.registry import parameters_from_bytes, parameters_to_bytes
from models_ml.reliability import buyer_groups, said_and_seen, share_interval
from models_ml.result import SCORE_SCHEMAS, Progress, ScoreResult, published, withheld
from models_ml.rivals import closed_forms
from models_ml.splits import DataKnobs, NoScore
from models_ml.threads import single_threaded

SCORE = "next_purchase"
WINDOWS = (30, 60, 90)
BASE_RATE, MEAN_GAP = "base rate", "personal mean gap"
DIRECTION = Direction("makes an order likelier", "makes an order less likely", is_higher_good=True)


@dataclass(frozen=True)
class NextPurchaseKnobs:
    data: DataKnobs = field(default_factory=DataKnobs)
    learner: LearnerKnobs = field(default_factory=lambda: LearnerKnobs(members=(LOGISTIC,)))
    champion: ChampionKnobs = field(default_factory=ChampionKnobs)
    least_c_index: float = 0.55
    date_horizon_days: int = 365
    least_probability_for_a_date: float = 0.5
    """A date is named only for customers who will more likely than not buy within a year."""


@dataclass(frozen=True)
class NextPurchaseModel:
    """Everything fitted: a closed form, one learned classifier a window where they won, band, levels of the dates."""

    champion: str
    purchases: PurchaseModel
    learned: dict[int, Learned]
    cohort: Cohort
    band: Band
    levels: Levels

    def log_odds_of_none(self, rows: pl.DataFrame, window: int) -> np.ndarray:
        learned = self.learned.get(window)
        return _log_odds_of_none(self.champion, self.purchases, learned, self.cohort.ranked(rows), window)

    def probabilities(self, rows: pl.DataFrame) -> np.ndarray:
        """Shape (customers, 3): an order within 30, 60 and 90 days."""
        return _probabilities(self.champion, self.purchases, self.learned, self.cohort.ranked(rows), WINDOWS)

    def artifacts(self) -> dict[str, bytes]:
        parameters = {
            "champion": self.champion,
            "purchases": self.purchases.as_json(),
            "cohort": self.cohort.as_json(),
            "band": self.band.as_json(),
            "levels": asdict(self.levels),
            "learned": {str(window): model.parameters() for window, model in self.learned.items()},
        }
        files = {"next_purchase.json": parameters_to_bytes(parameters)}
        return files | {f"next_purchase_{window}d.skops": model.estimators() for window, model in self.learned.items()}


def load(artifacts: dict[str, bytes]) -> NextPurchaseModel:
    """Rebuild the model from its artifacts. Raises ArtifactError on damaged or untrusted content."""
    parameters = parameters_from_bytes(artifacts["next_purchase.json"], "next_purchase.json")
    return NextPurchaseModel(
        parameters["champion"],
        purchase_model_from_json(parameters["purchases"]),
        {
            int(window): load_learned(learned, artifacts[f"next_purchase_{window}d.skops"])
            for window, learned in parameters["learned"].items()
        },
        cohort_from_json(parameters["cohort"]),
        Band(**{name: tuple(values) for name, values in parameters["band"].items()}),
        Levels(**parameters["levels"]),
    )


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

    The backtest judges the windows that fit into the labels' horizon (the horizon itself when none does).
    """
    knobs, say = knobs or NextPurchaseKnobs(), on_progress or (lambda _: None)
    try:
        history = examined_history(features, labels, as_of_date, horizon_days, knobs.data)
    except NoScore as reason:
        return withheld(SCORE, as_of_date, f"The next purchase score is withheld. {reason}")
    days = history.horizon_days
    windows = tuple(window for window in WINDOWS if window <= days) or (days,)
    backtest = Backtest(baselines=(BASE_RATE, MEAN_GAP))
    forms = closed_forms(history)
    positions = {name: [order_positions(fold) for fold in form.folds] for name, form in forms.items()}
    for index, fold in enumerate(history.folds):
        say(f"next purchase: backtest at {fold.split.origin}")
        backtest.add(*_judge(fold, windows, {name: form.folds[index].purchases for name, form in forms.items()}, knobs))
        for name, each in positions.items():
            levels = fit_levels(each[:index] + each[index + 1 :])
            ours, rule = date_metrics(forms[name].folds[index], levels)
            backtest.metrics[-1][name] |= ours
            backtest.metrics[-1][MEAN_GAP] |= rule
    choice = choose(
        backtest.losses(lambda fold, p: np.mean((p - _bought(fold.test, windows)) ** 2, axis=1)),
        closed_form=CLOSED_FORM,
        challengers=(*RIVALS, LOGISTIC, STACK),
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
    dating = choice.champion if choice.champion in forms else CLOSED_FORM
    purchases = forms[dating].current
    details = _details(history, backtest, choice, purchases, windows, knobs)
    table = backtest.table(SCORE, choice)
    if not choice.is_published:
        return withheld(SCORE, as_of_date, choice.verdict, backtests=table, champion=choice.champion, details=details)
    say(f"next purchase: fitting {choice.champion}")
    learned = {}
    if choice.champion in BLENDS:
        learned = {
            window: model.only(choice.champion)
            for window, model in _learn(history.train, history.purchases, windows, knobs).items()
        }
    band = fit_band(*_predicted_and_seen(backtest, choice.champion, windows))
    levels = fit_levels(positions[dating])
    model = NextPurchaseModel(choice.champion, purchases, learned, cohort_of(history.current), band, levels)
    say(f"next purchase: scoring {len(history.current):,} customers")
    return published(
        SCORE,
        as_of_date,
        choice.verdict,
        champion=choice.champion,
        make_scores=lambda version: _scores(model, history.current, as_of_date, version, knobs),
        backtests=table,
        artifacts=model.artifacts(),
        details=details,
    )


@single_threaded
def score_again(artifacts: dict[str, bytes], version: str, features: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    """The score table of `as_of_date` by a model as it was saved. Raises what `load` raises."""
    rows = current_rows(features, as_of_date)
    return _scores(load(artifacts), rows, as_of_date, version, NextPurchaseKnobs()).cast(SCORE_SCHEMAS[SCORE])


def _bought(rows: pl.DataFrame, windows: tuple[int, ...]) -> np.ndarray:
    """1 where an order came within the window: days_to_next_order counts from as_of_date, so 0 … window − 1."""
    days = rows["days_to_next_order"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    return (days[:, None] < np.array(windows)).astype(float)


def _learn(rows: pl.DataFrame, purchases: BetaGeo, windows: tuple[int, ...], knobs) -> dict[int, Learned]:
    """One classifier a window, or none at all: mixing learned and closed-form windows could make them cross."""
    bought = _bought(rows, windows).astype(int)
    models = {w: fit_learned(rows, 1 - bought[:, i], purchases, w, knobs.learner) for i, w in enumerate(windows)}
    return {} if windows != WINDOWS or any(model is None for model in models.values()) else models


def _log_odds_of_none(
    candidate: str, purchases: PurchaseModel, learned: Learned | None, rows: pl.DataFrame, window: int
) -> np.ndarray:
    if learned is None:
        return closed_form_log_odds(rows, purchases, window)
    return learned.log_odds(rows, candidate)


def _probabilities(
    candidate: str, purchases: PurchaseModel, learned: dict[int, Learned], rows: pl.DataFrame, windows: tuple[int, ...]
) -> np.ndarray:
    """One column a window, never falling with the window."""
    each = [_log_odds_of_none(candidate, purchases, learned.get(window), rows, window) for window in windows]
    return np.maximum.accumulate(1 - expit(np.column_stack(each)), axis=1)


def _judge(
    fold: PurchaseFold, windows: tuple[int, ...], closed_forms: dict[str, PurchaseModel], knobs: NextPurchaseKnobs
):
    train, test = _bought(fold.train, windows), _bought(fold.test, windows)
    learned = _learn(fold.train, fold.purchases, windows, knobs)
    predictions = {
        BASE_RATE: np.broadcast_to(train.mean(axis=0), test.shape),
        MEAN_GAP: np.column_stack([mean_gap_rule(fold.train, column, fold.test) for column in train.T]),
    }
    for name, purchases in closed_forms.items():
        predictions[name] = _probabilities(name, purchases, {}, fold.test, windows)
    for name in (LOGISTIC, STACK) if learned else ():
        predictions[name] = _probabilities(name, fold.purchases, learned, fold.test, windows)
    days = fold.test["days_to_next_order"].fill_null(-1).to_numpy()

    def measure(p: np.ndarray) -> dict[str, float | None]:
        briers = {f"brier_{w}d": float(np.mean((p[:, i] - test[:, i]) ** 2)) for i, w in enumerate(windows)}
        return briers | {
            f"auc_{windows[-1]}d": auc(test[:, -1], p[:, -1]),
            f"ece_{windows[-1]}d": expected_calibration_error(test[:, -1], p[:, -1]),
            "c_index": c_index(days, days >= 0, p[:, -1]),
        }

    return fold, predictions, measure


def _predicted_and_seen(backtest: Backtest, champion: str, windows: tuple[int, ...]):
    predicted = [each[champion][:, -1] for each in backtest.predictions]
    return predicted, [_bought(fold.test, windows)[:, -1] for fold in backtest.folds]


def _details(
    history: History,
    backtest: Backtest,
    choice: Choice,
    purchases: PurchaseModel,
    windows: tuple[int, ...],
    knobs: NextPurchaseKnobs,
) -> dict:
    told = _predicted_and_seen(backtest, choice.champion, windows)
    return {
        "outcome": f"an order within {', '.join(map(str, windows))} days of as_of_date",
        "data": history.described,
        "purchases": purchases.as_json(),
        "mean_metrics": {name: backtest.mean_metrics(name) for name in backtest.candidates},
        "interval": "80 %: among customers given this 90-day probability, the share who order lies between low and "
        "high, judged by how far it lay from the prediction at the backtest's origins",
        "interval_coverage": band_coverage(*told),
        **choice.as_card(),
        **said_and_seen(backtest, *told, share_interval, lambda rows: buyer_groups(rows, history.horizon_days)),
        "dates": f"the closed form's median and 80 % interval given an order within {knobs.date_horizon_days} days, at "
        "levels that held at the backtest's origins; null where such an order is less likely than "
        f"{knobs.least_probability_for_a_date:.0%}",
        "evidence": "own: the customer has bought on two days or more; pooled: bought once, so the population speaks",
    }


def _scores(
    model: NextPurchaseModel, rows: pl.DataFrame, as_of_date: date, version: str, knobs: NextPurchaseKnobs
) -> pl.DataFrame:
    p = model.probabilities(rows)
    low, high = model.band.around(p[:, -1])
    within_a_year = 1 - probability_no_purchase(model.purchases, *history_of(rows), knobs.date_horizon_days)
    is_named = pl.Series(within_a_year >= knobs.least_probability_for_a_date)
    days = days_ahead(model.purchases, rows, model.levels, knobs.date_horizon_days).astype(int)
    dates = [
        pl.when(is_named).then(pl.lit(as_of_date) + pl.duration(days=pl.Series(column))).cast(pl.Date)
        for column in days.T
    ]
    reasons = explain(rows, lambda changed: -model.log_odds_of_none(changed, WINDOWS[-1]), DIRECTION)
    return rows.select(
        "customer_id",
        "as_of_date",
        pl.lit(version).alias("model_version"),
        pl.Series("score", p[:, -1]),
        pl.Series("low", low),
        pl.Series("high", high),
        pl.Series("reasons", reasons, dtype=pl.String),
        pl.when(pl.col("frequency") > 0).then(pl.lit("own")).otherwise(pl.lit("pooled")).alias("evidence"),
        *(pl.Series(f"next_purchase_probability_{w}d", p[:, i]) for i, w in enumerate(WINDOWS)),
        dates[1].alias("expected_date_of_next_order"),
        dates[0].alias("expected_date_low"),
        dates[2].alias("expected_date_high"),
    )
