"""One thread for numeric libraries while a model is fitted or asked; several questions side by side.

The matrices are small: several threads spend their time waiting for each other (twenty times slower on a busy
machine), and sums whose order depends on the number of cores would make the same input give other bytes. So it is whole
questions that share the cores, each of which gives the same wherever and beside whatever it is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Q = TypeVar("Q")
R = TypeVar("R")


@cache
def _libraries():
    """The numeric libraries that are loaded, found once.

    To look for them while another thread loads one waits forever: each holds what the other needs.
    """
    import sklearn.ensemble  # noqa: F401  brings those that count
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def single_threaded(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` with BLAS and OpenMP held to one thread, and give the threads back afterwards."""

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        with _libraries().limit(limits=1):
            return function(*args, **kwargs)

    return limited


def side_by_side(answer: Callable[[Q], R], questions: Sequence[Q]) -> list[R]:
    """`answer` to each question, in their order, on as many threads as there are cores for this process.

    NumPy, polars and scikit-learn let other threads work while they calculate; Python itself does not.
    """
    libraries = _libraries()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # OpenMP counts for each thread apart how many it may start; what holds for BLAS holds for all.
    held = {"initializer": partial(libraries.limit, limits=1), "thread_name_prefix": "side_by_side"}
    with libraries.limit(limits=1), ThreadPoolExecutor(cores, **held) as threads:
        return list(threads.map(answer, questions))
