"""Executing the nightly job in this process: what `rapport run` does and the schedule does alike.

Stays out: what the job consists of (orchestration.definitions, orchestration.jobs).
"""

from __future__ import annotations

import os
import shutil

import dagster as dg

from data_quality.contracts import ContractError
from orchestration import last_run
from orchestration.dbt import DbtProjectBroken
from orchestration.definitions import build_defs
from orchestration.settings import REPOSITORY, Settings
from orchestration.writer_lock import AnotherRunIsWriting, holder


def prepare_dagster_home(settings: Settings) -> None:
    """Dagster's state lives in the home; its configuration comes from the repository's dagster.yaml."""
    settings.dagster_home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(REPOSITORY / "dagster.yaml", settings.dagster_home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)


def run_nightly(settings: Settings, as_of_date: str = "") -> str | None:
    """Run the nightly job now. Returns None, or in words why it failed."""
    other = holder(settings.home)
    if other:
        return str(AnotherRunIsWriting.by(settings.home, other))
    prepare_dagster_home(settings)
    try:
        job = build_defs(settings, as_of_date).resolve_job_def("nightly")
    except (ContractError, DbtProjectBroken) as problem:
        return str(problem)
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    said = last_run.read(settings.home) or {}
    if result.success and (said.get("run_id"), said.get("status")) == (result.run_id, "succeeded"):
        return None
    if result.success:
        return "the run ended without a failure, but a stage was skipped and nothing was published"
    return said.get("reason") if said.get("run_id") == result.run_id else _first_failure(result)


def _first_failure(result: dg.ExecuteInProcessResult) -> str:
    """The root cause in its own words: Dagster wraps what goes wrong before the first stage, such as a taken lock."""
    errors = [getattr(event.event_specific_data, "error", None) for event in result.all_events]
    for error in filter(None, errors):
        while error.cause:
            error = error.cause
        kind, _, words = error.message.strip().partition(": ")
        return words if error.cls_name and kind.endswith(error.cls_name) else error.message.strip()
    return "the run ended without success and without a reason"
