"""How the last run ended, in words: `last_run.json`, which the health page and `rapport doctor` read."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path


def record(home: Path, status: str, run_id: str, reason: str | None = None) -> None:
    """Write {"status", "reason", "run_id", "finished_at"} atomically; `status` is succeeded or failed."""
    said = {
        "status": status,
        "reason": reason,
        "run_id": run_id,
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged = home / f"last_run.json.{os.getpid()}.partial"
    staged.write_text(json.dumps(said, indent=1), encoding="utf-8")
    os.replace(staged, home / "last_run.json")


def read(home: Path) -> dict | None:
    """What the last run said, or None when none has ended yet."""
    path = home / "last_run.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
