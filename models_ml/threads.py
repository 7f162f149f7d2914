"""One thread for numeric libraries while a model is fitted or asked.

The matrices are small: several threads spend their time waiting for each other (twenty times slower on a busy
machine), and sums whose order depends on the number of cores would make the same input give other bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def single_threaded(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` with BLAS and OpenMP held to one thread, and give the threads back afterwards."""

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        # The limits reach only libraries that are loaded already.
        import sklearn.ensemble  # noqa: F401
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            return function(*args, **kwargs)

    return limited
