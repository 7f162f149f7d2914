"""What each destination was last given, so that the next delivery can name who came and who left.

Belongs here: the ledger file and the difference between two sets of members. Stays out: writing to a destination.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from data_quality.durable import write_whole


@dataclass(frozen=True)
class Delivered:
    """The last delivery of one segment."""

    release_id: str
    customer_ids: frozenset[str]


@dataclass(frozen=True)
class Counts:
    """What one delivery of one segment did."""

    added: int
    removed: int
    unchanged: int


@dataclass
class Ledger:
    """`{"segment": {"release_id", "customer_ids"}}` in one file, replaced whole after every delivered segment."""

    path: Path
    delivered: dict[str, Delivered] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Ledger:
        if not path.exists():
            return cls(path)
        said = json.loads(path.read_text(encoding="utf-8"))
        return cls(path, {name: Delivered(d["release_id"], frozenset(d["customer_ids"])) for name, d in said.items()})

    def members(self, segment: str) -> frozenset[str]:
        return self.delivered[segment].customer_ids if segment in self.delivered else frozenset()

    def has(self, segment: str, release_id: str) -> bool:
        return segment in self.delivered and self.delivered[segment].release_id == release_id

    def remember(self, segment: str, release_id: str, customer_ids: Collection[str]) -> None:
        """Note a delivery that is complete and on the disk."""
        self.delivered[segment] = Delivered(release_id, frozenset(customer_ids))
        said = {
            name: {"release_id": one.release_id, "customer_ids": sorted(one.customer_ids)}
            for name, one in sorted(self.delivered.items())
        }
        write_whole(self.path, json.dumps(said, indent=1))


def changes(before: Collection[str], now: Collection[str]) -> list[tuple[str, str]]:
    """(customer_id, added | removed | unchanged) for everybody in either set, in order of customer_id."""
    old, new = set(before), set(now)
    word = {(False, True): "added", (True, False): "removed", (True, True): "unchanged"}
    return [(who, word[who in old, who in new]) for who in sorted(old | new)]
