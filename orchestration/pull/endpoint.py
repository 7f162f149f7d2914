"""An endpoint as data: a list that an API gives, and how to ask it for what has changed.

Stays out: asking (client), landing (lists), which endpoints there are (vendors).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator

from orchestration.pull.client import Api, Page, Row

OVERLAP = timedelta(hours=1)
"""Rows that an API shows late (its index lags, a transaction commits late) are found by looking back this far."""


@dataclass(frozen=True)
class Endpoint:
    """A list that an API gives page by page, and the raw table that its rows are.

    `rows` is the member of an answer that holds the list. `since` turns a moment into the parameters that ask for what
    has changed since; without it everything is asked for every time. `changed_at` names the member by which rows that
    have not changed since are left out, where the API cannot be asked. `in_order_of` names the member that only grows
    from row to row: a long pull of such a list lands in parts. `children` are lists below each row, whose path names
    the row's members (`{id}`); `wanted` says for which rows, and `repeats` (own member → member of the row above) what
    the API does not repeat. A list without a table only leads to its children. One that `is_optional` is not part of
    every plan: where it is not offered it is passed over.
    """

    table: str | None
    path: str
    rows: str
    paginator: Callable[[], BasePaginator]
    params: Mapping[str, Any] = field(default_factory=dict)
    since: Callable[[datetime], Mapping[str, Any]] | None = None
    changed_at: str | None = None
    in_order_of: str | None = None
    overlap: timedelta = OVERLAP
    children: tuple[Endpoint, ...] = ()
    wanted: Callable[[Row, datetime | None], bool] = lambda parent, since: True
    repeats: Mapping[str, str] = field(default_factory=dict)
    is_optional: bool = False
    label: str | None = None
    file: str | None = None
    suffix: str = "ndjson"

    @property
    def name(self) -> str:
        """What its cursor is called, which no other list of the source may be called."""
        return self.label or self.table or self.path.strip("/")

    @property
    def stem(self) -> str:
        """What the names of its landed files begin with."""
        return self.file or self.table or ""

    def pages(self, api: Api, since: datetime | None, parent: Row | None = None) -> Iterator[Page]:
        """The pages of the list (below `parent`), of what has changed since a moment (None: ever)."""
        params = {**self.params, **(self.since(since) if self.since and since else {})}
        path = self.path.format(**parent) if parent else self.path
        for page in api.pages(path, self.rows, self.paginator(), params):
            rows = page.rows
            if self.changed_at and since:
                rows = [row for row in rows if self.changed_at not in row or moment(row[self.changed_at]) >= since]
            if parent:
                above = {own: parent[its] for own, its in self.repeats.items()}
                rows = [above | row for row in rows]
            yield Page(rows, page.at)


def moment(said: str | int | float) -> datetime:
    """A moment as APIs write it, ISO 8601 or seconds since 1970, as an aware datetime in UTC."""
    if isinstance(said, str):
        read = datetime.fromisoformat(said)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    return datetime.fromtimestamp(said, UTC)


def epoch(name: str) -> Callable[[datetime], Mapping[str, Any]]:
    """`since` as seconds since 1970 in one parameter."""
    return lambda since: {name: int(since.timestamp())}


def iso(name: str) -> Callable[[datetime], Mapping[str, Any]]:
    """`since` as ISO 8601 in one parameter."""
    return lambda since: {name: since.strftime("%Y-%m-%dT%H:%M:%SZ")}
