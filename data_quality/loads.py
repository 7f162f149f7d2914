"""What the manifests of past loads tell about a table: how many rows came in when, and how many of them still wait.

Belongs here: reading `raw/<source>/<table>/load_id=…/load.json`, counting replays where their rows belong, nights.
Stays out: writing manifests (orchestration.intake), judging the counts (quarantine, volume, staleness).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

PULLED = "-pulled-"
"""What tells the file of a pull, which holds what has changed, from an export: it stands in its name."""
ONE_RUN = timedelta(seconds=1)
"""The files of a run are stamped microseconds apart; no two runs begin within a second."""


def past_loads(home: Path, source: str, table: str) -> list[dict]:
    """Manifests of a table's loads, the oldest first, `loaded_at` as datetime (naive UTC); see `with_replays`."""
    folder = Path(home) / "raw" / source / table
    said = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("load_id=*/load.json")]
    loads = [load | {"loaded_at": datetime.fromisoformat(str(load["loaded_at"]))} for load in said]
    return sorted(with_replays(loads), key=lambda load: load["loaded_at"])


def with_replays(loads: Iterable[Mapping]) -> list[dict]:
    """The loads without the replays, whose rows count as loaded by the load that they were quarantined in."""
    loads = list(loads)
    found = {load["load_id"]: dict(load) for load in loads if load.get("status") != "replayed"}
    for replay in (load for load in loads if load.get("status") == "replayed"):
        for load_id, rows in replay["replays"].items():
            if load_id in found:
                found[load_id]["rows_loaded"] += rows
                found[load_id]["rows_quarantined"] -= rows
    return list(found.values())


def is_pulled(load: Mapping) -> bool:
    return PULLED in load["file"]


def nights(loads: Iterable[dict]) -> list[list[dict]]:
    """Loads (the oldest first) put together by the run that took them in."""
    runs: list[list[dict]] = []
    for load in loads:
        if runs and load["loaded_at"] - runs[-1][-1]["loaded_at"] < ONE_RUN:
            runs[-1].append(load)
        else:
            runs.append([load])
    return runs
