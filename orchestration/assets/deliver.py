"""Deliver: the segments of the current release → the outbox, with what changed since the last delivery.

Stays out: file formats, limits and the ledger (orchestration.delivery).
"""

import dagster as dg

from data_quality.release import current_release
from orchestration import last_run
from orchestration.delivery import outbox
from orchestration.resources import Walk


@dg.asset(name="outbox", group_name="release", deps=[dg.AssetKey("release")])
def deliver(context: dg.AssetExecutionContext, walk: Walk) -> dg.MaterializeResult:
    """Each segment as CSV and Parquet, diffed against what was delivered last, removals included."""
    counts = outbox.write(current_release(walk.home_path), walk.home_path)
    for segment, count in counts.items():
        context.log.info(f"{segment}: {count.added} added, {count.removed} removed, {count.unchanged} unchanged")
    # Only now: a night whose segments reached nobody has not succeeded, though its release is out.
    last_run.record(walk.home_path, "succeeded", walk.run_id)
    return dg.MaterializeResult(metadata={name: str(count) for name, count in counts.items()})
