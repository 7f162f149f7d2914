"""How fast buy-till-you-die models are fitted and asked, beside lifetimes on the same customers: `make bench`.

Both work on one core and their CPU seconds are compared, so a busy machine changes little; the answers must be equal.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from models_ml.btyd import BetaGeo, ParetoNbd, fit_gamma_gamma, fit_purchases, log_likelihood
from models_ml.spending import discounted_value
from tests.models_ml.lifetimes_oracle import fitted, fitted_spending

CUSTOMERS = 1_000_000
PARETO_CUSTOMERS = 50_000
"""lifetimes needs minutes for a million."""
TRUTH = BetaGeo(0.55, 32.0, 0.67, 2.87)
LONGEST_AGE = 730


def simulated_customers(customers: int, seed: int) -> tuple[np.ndarray, ...]:
    """(x, t_x, T, mean repeat purchase) in whole days; several purchases on a day are one."""
    rng = np.random.default_rng(seed)
    rate, leaving = rng.gamma(TRUTH.r, 1 / TRUTH.alpha, customers), rng.beta(TRUTH.a, TRUTH.b, customers)
    x, tx, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    age = rng.integers(30, LONGEST_AGE, customers).astype(float)
    active = np.arange(customers)
    while len(active):
        now[active] += rng.exponential(1, len(active)) / rate[active]
        active = active[np.ceil(now[active]) <= age[active]]
        today = np.ceil(now[active])
        x[active] += today > tx[active]
        tx[active] = today
        active = active[rng.random(len(active)) >= leaving[active]]
    mean = rng.gamma(np.maximum(6 * x, 1)) / rng.gamma(4, 1 / 15, customers) / np.maximum(x, 1)
    return x, tx, age, np.where(x > 0, np.maximum(mean.round(2), 0.01), 0.0)


def cpu(work: Callable[[], object]) -> tuple[float, object]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def report(what: str, theirs: float, ours: float, asked: int, difference: float) -> None:
    print(
        f"{what:44} lifetimes {theirs:6.2f} s  ours {ours:5.2f} s  {theirs / ours:4.0f} times faster "
        f"(asked: {asked}), largest relative difference {difference:.0e}"
    )


def difference(ours, theirs) -> float:
    return float(np.max(np.abs(np.asarray(ours) / np.asarray(theirs) - 1)))


def million() -> None:
    *history, value = simulated_customers(CUSTOMERS, seed=1)
    came_back = history[0] > 0
    ours, (model, spend) = cpu(lambda: (fit_purchases(BetaGeo, *history), fit_gamma_gamma(history[0], value)))
    theirs, (their_model, their_spend) = cpu(
        lambda: (fitted("BG/NBD", *history), fitted_spending(history[0][came_back], value[came_back]))
    )
    found = difference([model.r, model.alpha, model.a, model.b], their_model.params_)
    found = max(found, difference([spend.p, spend.q, spend.v], their_spend.params_))
    report(f"fit of BG/NBD and Gamma-Gamma, {CUSTOMERS:,}", theirs, ours, 20, found)

    ours, clv = cpu(lambda: discounted_value(model, spend, *history, value, months=12, monthly_rate=0.01))
    series = [pd.Series(column) for column in (*history, value)]
    theirs, their_clv = cpu(
        lambda: their_spend.customer_lifetime_value(their_model, *series, time=12, discount_rate=0.01, freq="D")
    )
    report(f"value of the next 12 months, {CUSTOMERS:,}", theirs, ours, 4, difference(clv, their_clv))

    ours, pareto = cpu(lambda: fit_purchases(ParetoNbd, *history))
    print(f"{f'fit of Pareto/NBD, {CUSTOMERS:,}':44} ours {ours:.2f} s: {pareto}")


def pareto() -> None:
    *history, _ = simulated_customers(PARETO_CUSTOMERS, seed=2)
    np.random.seed(0)  # lifetimes starts its search at random
    ours, model = cpu(lambda: fit_purchases(ParetoNbd, *history))
    theirs, their_model = cpu(lambda: fitted("Pareto/NBD", *history))
    gap = difference(log_likelihood(model, *history), log_likelihood(ParetoNbd(**their_model.params_), *history))
    report(f"fit of Pareto/NBD, {PARETO_CUSTOMERS:,} (log-likelihood)", theirs, ours, 15, gap)


def main() -> None:
    with threadpool_limits(1):
        million()
        pareto()


if __name__ == "__main__":
    main()
