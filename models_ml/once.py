"""What several scores of a night ask for alike, found once: a memory that ends with the block it was opened for.

Belongs here: remembering what a function returned while `remembering()` is open. Stays out: which functions those are.

Churn, next purchase and lifetime value learn from one and the same past. Each may be asked alone, and then nothing is
remembered, so that no estate stays in memory longer than it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_memory: ContextVar[dict[tuple, tuple[tuple, Any]] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, a function marked `once` answers the same question without working it out again."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function of positional arguments. What it raises is raised anew, what it returns must not be changed.

    Frames, and what holds frames, are the same only when they are the same object; all else when it is equal.
    """

    @wraps(function)
    def asked(*args: P.args) -> R:
        memory = _memory.get()
        if memory is None:
            return function(*args)
        key = (function, *map(_identity, args))
        if key not in memory:
            # The arguments are kept beside the answer: the identity of what is gone would be given to something else.
            memory[key] = (args, function(*args))
        return memory[key][1]

    return asked


def _identity(argument: object) -> Hashable:
    try:
        hash(argument)
    except TypeError:
        return id(argument)
    return argument
