"""How near models come to what is true of 100,000 people who do not exist, beside how near they must: `make backtest`.

    python -m tests.bench.truth_recovery [people]

Prints a table a model; fails when one measure lies outside its bounds (tests/models_ml/recovery.py).
Stays out: what broken models would measure (tests/models_ml/test_truth_recovery.py).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from models_ml import churn, lifetime_value, next_purchase
from models_ml.btyd import BetaGeo, ModifiedBetaGeo, ParetoNbd, fit_purchases
from orchestration.project_vars import project_vars
from orchestration.settings import PROJECT_DIR
from tests.models_ml.conftest import snapshots
from tests.models_ml.known_truth import AS_OF, PLAIN, KnownTruth, know
from tests.models_ml.recovery import (
    BOUNDS,
    EXACT,
    SCORES,
    TASTE,
    Bounds,
    baskets,
    believe,
    measure,
    measure_scores,
    measure_spending,
    measure_taste,
    out_of_bounds,
)
from tests.models_ml.taste import best_channels

PEOPLE = 100_000


Judged = tuple[str, dict[str, float], Bounds]
"""What was judged, measures, bounds."""


def judged(truth: KnownTruth) -> Iterator[Judged]:
    for kind in (BetaGeo, ModifiedBetaGeo, ParetoNbd):
        model = fit_purchases(kind, *truth.history)
        yield kind.title, measure(believe(model, truth.history), truth), BOUNDS[kind.title]
    yield "Gamma-Gamma", measure_spending(baskets(truth), truth), BOUNDS["Gamma-Gamma"]
    yield "best channel", measure_taste(best_channels(truth), truth), TASTE
    estate = snapshots(truth.events, AS_OF, count=project_vars(PROJECT_DIR)["count_snapshots"])
    results = [
        module.train_and_score(estate.features, estate.labels, estate.as_of)
        for module in (churn, next_purchase, lifetime_value)
    ]
    champions = ", ".join(f"{result.card['score_name']}: {result.card['champion']}" for result in results)
    yield f"scores ({champions})", measure_scores([result.scores for result in results], truth), SCORES


def judged_plain(people: int) -> Iterator[Judged]:
    """The same people without what no closed form knows of."""
    with tempfile.TemporaryDirectory() as folder:
        plain = know(Path(folder), people, seed=1, parameters=PLAIN)
        model = fit_purchases(ParetoNbd, *plain.history)
        name = f"{ParetoNbd.title}, no seasons, grievances and mailings"
        yield name, measure(believe(model, plain.history), plain), EXACT


def main(people: int) -> None:
    outside = []
    with tempfile.TemporaryDirectory() as folder:
        truth = know(Path(folder), people, seed=1)
        print(f"{people:,} people, {len(truth.customers):,} buyers, {len(truth.events):,} orders\n")
        for model, measured, bounds in chain(judged(truth), judged_plain(people)):
            broken = out_of_bounds(measured, bounds)
            outside += [f"{model}: {name}" for name in broken]
            print(f"| {model} | measured | bounds |\n|---|---|---|")
            for name, (low, high) in bounds.items():
                mark = " **outside**" if name in broken else ""
                print(f"| {name} | {measured[name]:.3f}{mark} | {low:.3f} to {high:.3f} |")
            print(flush=True)
    if outside:
        sys.exit("outside their bounds: " + "; ".join(outside))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE)
