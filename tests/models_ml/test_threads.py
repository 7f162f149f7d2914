"""Questions share the cores, numeric libraries do not, and nobody can tell from an answer how many cores there were."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from models_ml.btyd import BetaGeo, GammaGamma
from models_ml.futures import Shares, simulate_intervals
from models_ml.spending import Lifetime
from models_ml.threads import side_by_side, single_threaded


def threads_allowed() -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info()]


@pytest.fixture(params=[1, 2])
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(request.param)), raising=False)
    return request.param


def test_threads_are_given_back() -> None:
    from threadpoolctl import threadpool_info

    before = [pool["num_threads"] for pool in threadpool_info()]
    inside = single_threaded(lambda: [pool["num_threads"] for pool in threadpool_info()])()
    assert set(inside) == {1}
    assert [pool["num_threads"] for pool in threadpool_info()][: len(before)] == before


def test_questions_are_answered_in_their_order_by_as_many_threads_as_there_are_cores(cores: int) -> None:
    meeting = threading.Barrier(cores)

    def answer(question: int) -> tuple[int, set[int], str]:
        # Nobody goes on before every thread has a question.
        meeting.wait(timeout=30)
        return question**2, set(threads_allowed()), threading.current_thread().name

    before = threads_allowed()
    answers = side_by_side(answer, range(2 * cores))
    assert [squared for squared, _, _ in answers] == [question**2 for question in range(2 * cores)]
    assert {allowed for _, found, _ in answers for allowed in found} == {1}
    assert len({name for *_, name in answers}) == cores
    assert threads_allowed() == before


def test_a_question_that_fails_fails_all() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda number: 1 // number, [2, 1, 0])


@pytest.fixture(scope="module")
def told_by_cores() -> dict[int, np.ndarray]:
    return {}


def test_the_same_dice_are_thrown_whatever_the_number_of_cores(cores: int, told_by_cores) -> None:
    """Three blocks of histories, which two threads end in an order of chance; the second's are all but the first's."""
    rng = np.random.default_rng(1)
    like = np.sort(rng.uniform(641, 660, 20_000))
    age, recency = np.concatenate([like, like, like[:5_000]]), 640 + np.repeat([0, 1e-9, 2e-9], [20_000, 20_000, 5_000])
    history = np.full(45_000, 60), recency, age, np.full(45_000, 24.0)
    found = simulate_intervals(
        BetaGeo(0.5, 40.0, 0.8, 2.5), GammaGamma(6.0, 4.0, 15.0), *history,
        horizon=90, shares=Shares(), draws=40, seed=3, lifetime=Lifetime(),
    )  # fmt: skip
    ends = np.stack([found.orders_low, found.orders_high, found.spend_low, found.spend_high, found.lifetime_high])
    moved = np.abs(ends[:, :20_000] - ends[:, 20_000:40_000])
    assert (moved.max(axis=1) >= 1).all(), "blocks repeat each other's dice"
    told_by_cores[cores] = ends
    assert np.array_equal(ends, told_by_cores[1])
