"""The nightly job: every asset and every gate, in one process, started by the clock or by `rapport run`."""

import dagster as dg

from orchestration import last_run
from orchestration.settings import Settings


@dg.failure_hook(required_resource_keys={"walk"})
def say_why_it_failed(context: dg.HookContext) -> None:
    """Leave the reason where the health page and `rapport doctor` find it."""
    home = context.resources.walk.home_path
    said = last_run.read(home)
    if said and said["run_id"] == context.run_id:
        return  # the gate that stopped the run has said it better
    error = context.op_exception
    reason = f"{context.op.name}: {error}" if error else f"{context.op.name} failed"
    last_run.record(home, "failed", context.run_id, reason)


def nightly_job():
    """One process orders dbt → Python → dbt, so that a red gate stops everything behind it in the same run."""
    return dg.define_asset_job(
        "nightly",
        selection=dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks(),
        executor_def=dg.in_process_executor,
        hooks={say_why_it_failed},
        config={"loggers": {"progress": {"config": {}}}},
        description="Landing to release: everything, in the order of the walk.",
    )


def nightly_schedule(job, settings: Settings) -> dg.ScheduleDefinition:
    """The night: `as_of_date` is the day on which the run starts."""
    return dg.ScheduleDefinition(
        job=job,
        cron_schedule=settings.nightly_cron,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
