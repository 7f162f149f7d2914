"""Which candidate is believed, and whether it is good enough to be shown: rules on backtest losses, and the words.

Belongs here: the champion rule and the verdict. Stays out: computing losses, publishing anything.

The rule: a challenger (a learned model, another closed form) must beat the closed form, and whatever wins must beat the
best rule of thumb. To beat is to have a lower mean loss over the origins by a margin, and clearly more than chance
would give. A challenger must moreover not have lost the latest origin: it may have been good before a level break and
useless after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models_ml.calibration_check import USELESS, CalibrationCheck

NORMAL_90 = 1.2816
DRAWS, SEED = 400, 20_240_229


@dataclass(frozen=True)
class ChampionKnobs:
    """Margins are relative to the loss that is to be beaten."""

    challenger_margin: float = 0.005
    baseline_margin: float = 0.01
    most_ranking_lost: float = 0.02
    """How far the champion's ranking measure may lie below the rule of thumb's."""


@dataclass(frozen=True)
class Losses:
    """Losses of all candidates on the same rows: `by_candidate[name]`, with each row's origin (0 = latest) and its
    subject: the customer, deal or lead it is about.
    """

    by_candidate: dict[str, np.ndarray]
    origin: np.ndarray
    subject: np.ndarray

    def mean(self, name: str) -> float:
        """Mean over origins of the mean loss, so that a large origin does not outvote the others."""
        return float(np.mean(self._by_origin(self.by_candidate[name])))

    def gain(self, challenger: str, champion: str) -> tuple[float, float, float]:
        """(mean gain, its standard error with subjects as clusters, gain at the latest origin); positive = better."""
        gain, pull = self._gain_by_subject(challenger, champion)
        latest = self._by_origin(self.by_candidate[champion] - self.by_candidate[challenger])[0]
        return gain, float(np.sqrt(np.sum(pull**2))), float(latest)

    def behind(self, champion: str) -> tuple[dict, ...]:
        """{candidate, gap, low, high} of all others: their mean loss less the champion's, with its 95 % interval.

        Subjects are drawn anew with replacement (Efron 1979; Poisson weights, Hanley & MacGibbon 2006), the same for
        all candidates, origins as they are.
        """
        others = [name for name in self.by_candidate if name != champion]
        found = [self._gain_by_subject(champion, other) for other in others]
        pulls = np.column_stack([pull for _, pull in found])
        rng = np.random.default_rng(SEED)
        drawn = np.array([(rng.poisson(1.0, len(pulls)) - 1.0) @ pulls for _ in range(DRAWS)])
        ends = np.quantile(drawn, [0.025, 0.975], axis=0).T
        return tuple(
            {"candidate": other, "gap": gap, "low": gap + float(low), "high": gap + float(high)}
            for other, (gap, _), (low, high) in zip(others, found, ends, strict=True)
        )

    def _gain_by_subject(self, challenger: str, champion: str) -> tuple[float, np.ndarray]:
        """(mean gain, by how much each subject pulls it from there)."""
        difference = self.by_candidate[champion] - self.by_candidate[challenger]
        per_origin = self._by_origin(difference)
        sizes = np.bincount(self.origin)
        centred = (difference - per_origin[self.origin]) / (sizes[self.origin] * len(sizes))
        return float(per_origin.mean()), np.bincount(self.numbered, weights=centred)

    @cached_property
    def numbered(self) -> np.ndarray:
        return np.unique(self.subject, return_inverse=True)[1]

    def _by_origin(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.origin, weights=values) / np.bincount(self.origin)

    def beats(self, challenger: str, champion: str, margin: float) -> bool:
        """Better on average by the margin, and by more than subjects drawn by chance would explain (90 %)."""
        gain, error, _ = self.gain(challenger, champion)
        return gain >= margin * self.mean(champion) and gain > NORMAL_90 * error

    def lost_the_latest(self, challenger: str, champion: str, margin: float) -> bool:
        return self.gain(challenger, champion)[2] <= -margin * self.mean(champion)


@dataclass(frozen=True)
class Choice:
    """The champion, whether its score may be shown, and why in one or two sentences."""

    champion: str
    is_published: bool
    verdict: str
    best_baseline: str
    loss_name: str
    behind: tuple[dict, ...]
    """{candidate, gap, low, high} of all others: how much larger their mean loss is, and its 95 % bootstrap range."""

    def as_card(self) -> dict:
        return {"loss_name": self.loss_name, "behind_champion": list(self.behind)}


def choose(
    losses: Losses,
    *,
    closed_form: str,
    challengers: tuple[str, ...],
    baselines: tuple[str, ...],
    loss_name: str,
    score_name: str,
    knobs: ChampionKnobs,
) -> Choice:
    """Apply the rule to the candidates that have losses; the closed form and one baseline must be among them."""
    margin = knobs.challenger_margin
    worthy = [
        name
        for name in challengers
        if name in losses.by_candidate
        and losses.beats(name, closed_form, margin)
        and not losses.lost_the_latest(name, closed_form, margin)
    ]
    champion = min(worthy, key=losses.mean) if worthy else closed_form
    baseline = min(baselines, key=losses.mean)
    is_published = losses.beats(champion, baseline, knobs.baseline_margin)
    ours, theirs = losses.mean(champion), losses.mean(baseline)
    origins = int(losses.origin.max()) + 1
    compared = (
        f"{loss_name} {_figure(ours)} against {_figure(theirs)} for the rule of thumb ({baseline}), "
        f"mean of {origins} backtest origin{'s' if origins > 1 else ''}"
    )
    if is_published:
        verdict = f"The {score_name} score is published. Champion: {champion}, {compared}."
    else:
        verdict = (
            f"The {score_name} score is withheld: it does not beat its rule of thumb clearly enough. "
            f"Best model: {champion}, {compared}; at least {knobs.baseline_margin:.0%} better, and beyond chance, is "
            "required."
        )
    return Choice(champion, is_published, verdict, baseline, loss_name, losses.behind(champion))


def _figure(loss: float) -> str:
    """Four digits, and large ones whole: nobody reads 2.738e+04."""
    return f"{loss:,.0f}" if loss >= 1000 else f"{loss:.4g}"


def hold_to_ranking(
    choice: Choice,
    ranking: dict[str, float | None],
    *,
    measure: str,
    least: float,
    score_name: str,
    knobs: ChampionKnobs,
    subjects: str = "customers",
) -> Choice:
    """Withhold a champion that cannot tell `subjects` apart, or ranks them worse than the rule of thumb.

    A lower mean loss alone can come from a better level: everybody a little likelier to leave than last year.
    `ranking[name]` is the candidate's mean of `measure`; `least` is what little it must reach.
    """
    ours, theirs = ranking[choice.champion], ranking[choice.best_baseline]
    if not choice.is_published or ours is None:
        return choice
    problem = None
    if ours < least:
        problem = (
            f"{choice.champion} hardly tells {subjects} apart ({measure} {ours:.3f}, at least {least} is required)"
        )
    elif theirs is not None and ours < theirs - knobs.most_ranking_lost:
        problem = (
            f"{choice.champion} ranks {subjects} worse than the rule of thumb ({choice.best_baseline}): "
            f"{measure} {ours:.3f} against {theirs:.3f}"
        )
    if problem is None:
        return choice
    return replace(choice, is_published=False, verdict=f"The {score_name} score is withheld: {problem}.")


def hold_to_calibration(choice: Choice, check: CalibrationCheck, score_name: str) -> Choice:
    """Withhold a champion whose probabilities mean something else than they say; a smaller error is a warning."""
    if not choice.is_published or not check.is_useless:
        return choice
    problem = f"what {choice.champion} says is more than {USELESS} off on average, beyond chance"
    verdict = f"The {score_name} score is withheld: {problem}. {check.sentence}"
    return replace(choice, is_published=False, verdict=verdict)
