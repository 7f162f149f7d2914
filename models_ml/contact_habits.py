"""Best channel and best hour: how and when each customer will next get in touch of their own accord.

Belongs here: the candidates' backtest, the champion, the table of what is told of each customer, the card; of either
habit alike. Stays out: what a contact of one's own accord is (dbt), how a share is drawn towards the usual
(shrinkage.py), from when on a habit is called the best (dbt's vars).

The rule of thumb says of everybody what everybody does. A habit is told only where the customers' own contacts foretold
the next one better than that, in what was named as well as in how sure it was; else the card says why not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.backtest import Backtest
from models_ml.calibration import Band, Platt, band_coverage, fit_band
from models_ml.calibration_check import check_calibration
from models_ml.champion import ChampionKnobs, Choice, choose, hold_to_calibration
from models_ml.cross_calibration import calibrate_across
from models_ml.design import logit
from models_ml.evaluation import expected_calibration_error
from models_ml.result import BEST_CHANNEL, BEST_HOUR, Progress, empty_backtests
from models_ml.shrinkage import Counted, count_values, drawn_to_usual, fit_strength, windows
from models_ml.splits import Fold, Split

EVERYBODY, OWN_ONLY, OWN = "everybody's", "own only", "own and usual"
"""What is likely: what everybody does; what the customer did, and nothing else; that, drawn towards everybody's."""
MOST_ORIGINS, FEWEST_ORIGINS, FEWEST_RETURNERS = 4, 3, 50
LOSS = "Brier"


@dataclass(frozen=True)
class Habit:
    """`score` is known by the values of `column`; one that is missed by `reach` values or fewer is met."""

    score: str
    column: str
    values: tuple
    reach: int
    schema: pl.Schema

    @property
    def title(self) -> str:
        return self.score.replace("_", " ")


CHANNEL = Habit("best_channel", "channel", ("email", "phone", "chat", "web"), 0, BEST_CHANNEL)
HOUR = Habit("best_hour", "hour", tuple(range(24)), 1, BEST_HOUR)
"""Three hours in a row count together: a quarter to ten and a quarter past are one habit."""


@dataclass(frozen=True)
class Windows:
    """Days of contacts that are looked back on, and days within which the next one is awaited."""

    memory_days: int
    horizon_days: int


@dataclass(frozen=True)
class HabitModel:
    """Everything learned: `usual` is everybody's share of each value, `strength` how many contacts it counts as."""

    version: str
    habit: Habit
    champion: str
    memory_days: int
    usual: np.ndarray
    strength: float
    platt: Platt
    band: Band


@dataclass(frozen=True)
class Trained:
    """`model` is None where nothing may be told; the card says why."""

    model: HabitModel | None
    card: dict
    backtests: pl.DataFrame


def train(
    contacts: pl.DataFrame,
    as_of_date: date,
    habit: Habit,
    days: Windows,
    on_progress: Progress | None = None,
    knobs: ChampionKnobs | None = None,
) -> Trained:
    """Judge the candidates on the first contact within the horizon of past origins, and learn what the champion needs.

    `contacts` has a row (customer_id, occurred_at, channel, hour) for each contact before `as_of_date` that customers
    began or answered, of all customers or a sample; a channel or an hour may be null.
    """
    say, knobs = on_progress or (lambda _: None), knobs or ChampionKnobs()
    version = f"{habit.score}-{as_of_date:%Y%m%d}"
    tried = list(_tried(contacts, as_of_date, habit, days, say))
    if len(tried) < FEWEST_ORIGINS:
        why = (
            f"The {habit.title} is withheld: at {len(tried)} past dates, not at {FEWEST_ORIGINS}, {FEWEST_RETURNERS} "
            f"customers who had been in touch within {days.memory_days} days were in touch again within "
            f"{days.horizon_days} days."
        )
        return Trained(None, _card(version, habit, None, False, why, {}), empty_backtests())
    backtest = Backtest(baselines=(EVERYBODY,))
    for fold, judged in tried:
        backtest.add(fold, judged, _metrics)
    choice = choose(
        backtest.losses(lambda _, judged: judged[:, 0]),
        closed_form=OWN,
        challengers=(OWN_ONLY,),
        baselines=(EVERYBODY,),
        loss_name=LOSS,
        score_name=habit.title,
        knobs=knobs,
    )
    wrong = backtest.losses(lambda _, judged: 1 - judged[:, 1])
    choice = _hold_to_naming(choice, backtest, wrong.beats(choice.champion, EVERYBODY, knobs.baseline_margin), habit)
    said, came = ([each[choice.champion][:, place] for _, each in tried] for place in (2, 1))
    told, platt = calibrate_across(said, came)
    check = check_calibration(told, came)
    choice = hold_to_calibration(choice, check, habit.title)
    details = {
        "outcome": f"the {habit.column} of the first contact within {days.horizon_days} days of the origin, of who had "
        f"been in touch within {days.memory_days} days before it",
        "mean_metrics": {name: backtest.mean_metrics(name) for name in backtest.candidates},
        "calibration": check.as_json(),
        "interval_coverage": band_coverage(told, came),
        "naming_behind_champion": list(wrong.behind(choice.champion)),
        **choice.as_card(),
    }
    model = None
    if choice.is_published:
        past = _past(contacts, as_of_date, habit, days.memory_days)
        usual, strength = past.usual, fit_strength(past, habit.reach)
        details |= {"usual": dict(zip(map(str, habit.values), usual.tolist(), strict=True)), "strength": strength}
        band = fit_band([expit(platt.apply(logit(each))) for each in said], came)
        model = HabitModel(version, habit, choice.champion, days.memory_days, usual, strength, platt, band)
    card = _card(version, habit, choice.champion, choice.is_published, choice.verdict, details)
    return Trained(model, card, backtest.table(habit.score, choice))


def tell(model: HabitModel, contacts: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    """The habit's table of the customers of `contacts` who were in touch lately: what is likeliest, and how likely."""
    habit = model.habit
    past = _past(contacts, as_of_date, habit, model.memory_days)
    likely = windows(_shares(model.champion, past.counts, model.usual, model.strength), habit.reach)
    named, usual = _named(likely, model.usual, habit.reach), windows(model.usual, habit.reach)
    each = np.arange(len(named))
    probability = expit(model.platt.apply(logit(likely[each, named])))
    own = windows(past.counts, habit.reach)[each, named]
    low, high = model.band.around(probability)
    rows = pl.DataFrame(
        {
            "customer_id": past.customers,
            "probability": probability,
            "probability_low": low,
            "probability_high": high,
            "own": own.astype(int),
            "count_contacts": past.counts.sum(axis=1).astype(int),
            "usual": (100 * usual[named]).round().astype(int),
            "odds_ratio": np.exp(logit(probability) - logit(usual[named])),
        },
    )
    return rows.select(
        "customer_id",
        pl.lit(as_of_date).alias("as_of_date"),
        pl.lit(model.version).alias("model_version"),
        pl.Series(habit.column, np.array(habit.values)[named]).alias(habit.column),
        "probability",
        "probability_low",
        "probability_high",
        "odds_ratio",
        "count_contacts",
        pl.format("{} of {} contacts were so, usual are {}%", "own", "count_contacts", "usual").alias("reason"),
        pl.when(pl.col("own") > 0).then(pl.lit("own")).otherwise(pl.lit("pooled")).alias("evidence"),
    ).cast(habit.schema)


def _tried(
    contacts: pl.DataFrame, as_of_date: date, habit: Habit, days: Windows, say: Progress
) -> Iterator[tuple[Fold, dict[str, np.ndarray]]]:
    """Origins a horizon apart, latest first, at which enough customers were in touch again: of each candidate a row
    (Brier score, whether what it named came, how likely it said that was) for each of them.
    """
    for number in range(1, MOST_ORIGINS + 1):
        origin = as_of_date - timedelta(days=number * days.horizon_days)
        past = _past(contacts, origin, habit, days.memory_days)
        window = pl.col("occurred_at").dt.date().is_between(origin, origin + timedelta(days.horizon_days), "left")
        after = _known(contacts.filter(window), habit).unique("customer_id", keep="first", maintain_order=True)
        back = after.join(past.customers.to_frame().with_row_index("row"), on="customer_id", maintain_order="left")
        if len(back) < FEWEST_RETURNERS:
            continue
        say(f"{habit.title}: backtest at {origin}")
        strength = fit_strength(past, habit.reach)
        counts, came = past.counts[back["row"].to_numpy()], back["place"].to_numpy()
        shares = {name: _shares(name, counts, past.usual, strength) for name in (EVERYBODY, OWN_ONLY, OWN)}
        fold = Fold(Split(origin, (), days.horizon_days), back.clear(), back.select("customer_id"))
        yield fold, {name: _judged(share, came, past.usual, habit.reach) for name, share in shares.items()}


def _judged(shares: np.ndarray, came: np.ndarray, usual: np.ndarray, reach: int) -> np.ndarray:
    likely, met = windows(shares, reach), windows(np.eye(len(usual))[came], reach)
    named, each = _named(likely, usual, reach), np.arange(len(came))
    brier = ((likely - met) ** 2).sum(axis=1)
    return np.column_stack([brier, met[each, named], likely[each, named]])


def _shares(candidate: str, counts: np.ndarray, usual: np.ndarray, strength: float) -> np.ndarray:
    strengths = {EVERYBODY: np.inf, OWN_ONLY: 0.0, OWN: strength}
    return drawn_to_usual(counts, usual, strengths[candidate])


def _named(likely: np.ndarray, usual: np.ndarray, reach: int) -> np.ndarray:
    """The likeliest value of each row; of equal ones the more usual."""
    return (likely.round(9) + 1e-10 * windows(usual, reach)).argmax(axis=1)


def _past(contacts: pl.DataFrame, origin: date, habit: Habit, memory_days: int) -> Counted:
    seen = pl.col("occurred_at").dt.date().is_between(origin - timedelta(memory_days), origin, "left")
    return count_values(_known(contacts.filter(seen), habit), len(habit.values))


def _known(contacts: pl.DataFrame, habit: Habit) -> pl.DataFrame:
    """(customer_id, place), in the order of time; `place` is that of the value among the habit's."""
    places = pl.DataFrame({habit.column: habit.values, "place": range(len(habit.values))})
    places = places.cast({habit.column: contacts.schema[habit.column]})
    known = contacts.join(places, on=habit.column)
    return known.sort("customer_id", "occurred_at", "place").select("customer_id", "place")


def _metrics(judged: np.ndarray) -> dict[str, float | None]:
    brier, met, said = judged.T
    return {
        "named_right": float(met.mean()),
        "brier": float(brier.mean()),
        "ece": expected_calibration_error(met, said),
    }


def _hold_to_naming(choice: Choice, backtest: Backtest, is_better: bool, habit: Habit) -> Choice:
    """Withhold a champion whose shares are better than everybody's, yet lead to naming the same."""
    ours, theirs = (backtest.mean_metrics(name)["named_right"] for name in (choice.champion, EVERYBODY))
    compared = f"{ours:.1%} of next contacts named right against {theirs:.1%}"
    if not choice.is_published or is_better:
        return replace(choice, verdict=f"{choice.verdict} {compared[0].upper()}{compared[1:]}.")
    problem = f"{choice.champion} names hardly more right than the rule of thumb ({EVERYBODY}): {compared}"
    return replace(choice, is_published=False, verdict=f"The {habit.title} score is withheld: {problem}.")


def _card(version: str, habit: Habit, champion: str | None, is_published: bool, verdict: str, details: dict) -> dict:
    headline = {"score_name": habit.score, "model_version": version, "champion": champion}
    return headline | {"is_published": is_published, "verdict": verdict} | details
