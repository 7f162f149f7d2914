"""How the last run ended, in words: `last_run.json`, which the health page and `rapport doctor` read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from data_quality.durable import write_whole
from orchestration.pull.progress import stale_sources


def record(home: Path, status: str, run_id: str, reason: str | None = None) -> None:
    """Write {"status", "reason", "run_id", "finished_at", "stale"} atomically; `status` is succeeded or failed.

    `stale`: a sentence for each source that could not be fetched.
    """
    said = {
        "status": status,
        "reason": reason,
        "run_id": run_id,
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "stale": [source.in_words() for source in stale_sources(home)],
    }
    write_whole(home / "last_run.json", json.dumps(said, indent=1))


def read(home: Path) -> dict | None:
    """What the last run said, or None when none has ended yet."""
    path = home / "last_run.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
