"""Reading one batch ahead: while one is cast and written, the next is split in a thread of its own.

Stays out: what a batch is.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
_END = object()


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items in the same order, the next one under way. What goes wrong with one is raised in its turn."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = pool.submit(next, items, _END)
        while (item := coming.result()) is not _END:
            coming = pool.submit(next, items, _END)
            yield item
