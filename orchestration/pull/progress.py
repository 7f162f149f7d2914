"""How far the pulls of a source have got, and how the last one ended: `pull/<source>.json` in the home.

Stays out: deciding when a cursor moves (runner).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from data_quality.durable import write_whole
from orchestration.intake.durable import private_folder

FOLDER = "pull"


@dataclass
class Progress:
    """`cursors`: list → the moment up to which everything has landed (aware UTC). `failures`: of the last pull.

    `pulled_at` is the end of the last pull that got everything.
    """

    home: Path
    source: str
    cursors: dict[str, datetime] = field(default_factory=dict)
    tried_at: datetime | None = None
    pulled_at: datetime | None = None
    failures: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.home / FOLDER / f"{self.source}.json"

    def advance(self, name: str, reached: datetime) -> None:
        """Moves a cursor forward, never back, and keeps it."""
        self.cursors[name] = max(self.cursors.get(name, reached), reached)
        self.save()

    def ended(self, now: datetime, failures: list[str]) -> None:
        self.tried_at, self.failures = now, failures
        if not failures:
            self.pulled_at = now
        self.save()

    def in_words(self) -> str:
        """Why the source is stale, and since when."""
        name = self.source.replace("-fetched", " (its remote folder)")
        last = f"last pulled whole {self.pulled_at:%Y-%m-%d %H:%M} UTC" if self.pulled_at else "never pulled whole"
        return f"{name} is stale ({last}): {'; '.join(self.failures)}. Mend that and run `rapport pull`."

    def save(self) -> None:
        private_folder(self.path.parent)
        said = {
            "cursors": {name: reached.isoformat() for name, reached in sorted(self.cursors.items())},
            "tried_at": self.tried_at.isoformat() if self.tried_at else None,
            "pulled_at": self.pulled_at.isoformat() if self.pulled_at else None,
            "failures": self.failures,
        }
        write_whole(self.path, json.dumps(said, indent=1, ensure_ascii=False) + "\n")


def read_progress(home: Path, source: str) -> Progress:
    """What is known of a source's pulls; nothing where there was none."""
    progress = Progress(home, source)
    if progress.path.exists():
        said = json.loads(progress.path.read_text(encoding="utf-8"))
        progress.cursors = {name: datetime.fromisoformat(reached) for name, reached in said["cursors"].items()}
        progress.tried_at, progress.pulled_at = (
            datetime.fromisoformat(said[name]) if said[name] else None for name in ("tried_at", "pulled_at")
        )
        progress.failures = said["failures"]
    return progress


def stale_sources(home: Path) -> list[Progress]:
    """The sources whose last pull did not get everything, by name."""
    every = [read_progress(home, path.stem) for path in sorted((home / FOLDER).glob("*.json"))]
    return [progress for progress in every if progress.failures]
