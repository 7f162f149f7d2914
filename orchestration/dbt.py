"""dbt as the stages use it: one parse of the project, kept while no file of it changes, and builds in this process.

In this process, because starting dbt, parsing and asking its adapter anew cost more than the models of a small company;
and because a killed run then leaves no child behind that goes on writing.
Stays out: which models and tests belong to which stage (dbt_stages).
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.absent_models import absent_models, loaded_sources
from orchestration.dbt_joined_tests import PREFIX, asked_by, joined
from orchestration.dbt_log import DbtLog
from orchestration.dbt_manifest import TONIGHT, manifest_of
from orchestration.dbt_progress import DbtProgress
from orchestration.dbt_stages import nodes_of
from orchestration.resources import Walk

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

# Models are Dagster assets. dbt's hundreds of tests are not Dagster checks: recording each would take longer than
# running it, and any that fails stops the run by name.
TRANSLATOR = DagsterDbtTranslator(settings=DagsterDbtTranslatorSettings(enable_asset_checks=False))
ONLY_TONIGHT = ("--select", f"tag:{TONIGHT}", "--indirect-selection", "empty")
BUILT = ("LogModelResult", "LogSeedResult")
PARSED = "partial_parse.msgpack"


class DbtProjectBroken(RuntimeError):
    """dbt cannot read the project; the message carries dbt's own words."""


class DbtBuildFailed(RuntimeError):
    """Models or tests failed; the message names each and says why."""


def manifest_path(project_dir: Path) -> Path:
    """Path of an up-to-date manifest.json; parses the project when one of its files is newer."""
    manifest = project_dir / "target" / "manifest.json"
    parsed = manifest.with_name(PARSED)
    if not (manifest.exists() and parsed.exists()) or manifest.stat().st_mtime <= _last_change(project_dir):
        _parse(project_dir, manifest.parent)
    return manifest


def read_manifest(path: Path) -> Mapping[str, Any]:
    """What manifest.json says, read once while it stays as it is. Whoever wants it otherwise makes their own of it."""
    return _read_manifest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read_manifest(path: Path, _changed_at: int) -> Mapping[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _parse(project_dir: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    # Parsed aside and moved into place whole: two commands may start at the same moment.
    with tempfile.TemporaryDirectory(dir=target, prefix="parse-") as folder:
        aside = Path(folder)
        if (target / PARSED).exists():
            shutil.copy(target / PARSED, aside)  # dbt then reads only the files that changed
        said: list[str] = []
        hear = [lambda event: said.append(event.info.msg)]
        result = invoke(project_dir, aside, ["parse", "--target", "parse", "--no-write-json"], callbacks=hear)
        if not result.success:
            raise DbtProjectBroken(str(result.exception or "\n".join(said[-20:])))
        # dbt writes its manifest with a slow encoder: half of what a parse after a small change takes.
        readable = result.result.writable_manifest().to_dict(omit_none=False, context={"artifact": True})
        (aside / "manifest.json").write_text(json.dumps(readable, default=str), encoding="utf-8")
        os.replace(aside / PARSED, target / PARSED)
        os.replace(aside / "manifest.json", target / "manifest.json")


def _last_change(project_dir: Path) -> float:
    folders = ("models", "macros", "seeds", "tests")
    files = [path for folder in folders for path in (project_dir / folder).rglob("*") if path.is_file()]
    return max(path.stat().st_mtime for path in [*files, *project_dir.glob("*.yml")])


def invoke(
    project_dir: Path,
    target: Path,
    arguments: Sequence[str],
    parsed: Path | None = None,
    callbacks: Sequence[Callable[[Any], None]] = (),
    tonight: Collection[str] = (),
    without: Collection[str] = (),
    joined: Mapping[str, dict] = MappingProxyType({}),
) -> dbtRunnerResult:
    """Run a dbt command in this process; its artifacts go to `target`, its events to `callbacks`.

    `parsed` is a `partial_parse.msgpack` to use as it is, without looking at the project's files again; the nodes with
    the ids `tonight` get the tag of that name, of those `without` dbt knows nothing, those `joined` it knows from us.
    Never raises what dbt caught; read `.success`, `.exception` and `.result` of what comes back.
    """
    # Imported where it is used: `rapport sources list` need not wait two seconds for dbt.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt_common.behavior_flags import BehaviorFlagRendered

    # To name who asks for its flags, dbt reads the source of every frame of the call stack: a tenth of a second.
    BehaviorFlagRendered._default_source = staticmethod(lambda: "dbt.adapters.duckdb.impl")
    folders = ["--project-dir", str(project_dir), "--profiles-dir", str(project_dir)]
    folders += ["--target-path", str(target), "--log-path", str(target)]
    # Which model waits for which test, found in a tenth of the time; the order is the same.
    settings = ["--use-fast-test-edges", "--log-level", "none", "--log-level-file", "none", "--no-use-colors"]
    # Python would look through all that is imported and parsed, again and again, for what may go; it stays to the end.
    gc.freeze()
    try:
        manifest = manifest_of(parsed, tonight, without, joined) if parsed else None
        gc.freeze()
        return dbtRunner(manifest, list(callbacks)).invoke([*arguments, *folders, *settings])
    finally:
        gc.unfreeze()
        # The adapter would keep the build file open, and nobody else could then write it.
        DuckDBConnectionManager.close_all_connections()
        DuckDBConnectionManager._ENV = None


def build(context: dg.AssetExecutionContext, walk: Walk, stage: str) -> Iterator:
    """`dbt build` of a stage in the run's private file, without the models of systems the company does not have.

    Yields an output for every model that was built.
    Raises DbtBuildFailed when a model or a test of severity error failed.
    """
    from dbt_common.events.functions import msg_to_dict

    built: list[dict[str, Any]] = []

    def collect(event: Any) -> None:
        if event.info.name in BUILT:
            built.append(msg_to_dict(event))

    manifest = manifest_path(walk.project_path)
    manifest_json = read_manifest(manifest)
    nodes = manifest_json["nodes"]
    loaded = loaded_sources(walk.home_path)
    absent = absent_models(nodes, loaded)
    values = json.dumps({"as_of_date": walk.as_of.isoformat(), "absent_models": absent})
    target = walk.run_dir / "dbt"
    say = [DbtLog(target), DbtProgress(context.log.info, context.log.warning)]

    def run(command: str, tonight: Collection[str], asked: Mapping[str, dict]) -> dbtRunnerResult:
        known = {**nodes, **asked}
        return invoke(
            walk.project_path,
            target,
            [command, "--no-write-json", "--vars", values, *ONLY_TONIGHT],
            parsed=manifest.with_name(PARSED),
            callbacks=[collect, *say],
            tonight=tonight,
            without=nodes.keys() - tonight - _read_by(known, tonight),
            joined=asked,
        )

    of_stage = set(nodes_of(stage, manifest_json, loaded, absent))
    asked = joined(nodes, of_stage)
    alone = of_stage.difference(*(asked_by(node, nodes) for node in asked.values()))
    result = run("build", alone | asked.keys(), asked)
    events = {event["data"]["node_info"]["unique_id"]: event for event in built}
    for key, node in _readers_last(nodes, events.keys(), absent):
        asset_key = TRANSLATOR.get_asset_key(node)
        if asset_key not in context.selected_asset_keys:
            continue  # of a system that landed after Dagster had asked which ones there are
        if key in events:
            message = DbtCoreCliEventMessage(raw_event=events[key], event_history_metadata={})
            yield from message.to_default_asset_events(manifest_json, TRANSLATOR, context)
        else:
            # There and empty: Dagster would skip every later stage that may read what an absent system has.
            yield dg.MaterializeResult(asset_key=asset_key, metadata={"absent": True})
    if not result.success:
        broken = [node for node in _failed(result) if node.node.unique_id in asked]
        again = [test for node in broken for test in asked_by(asked[node.node.unique_id], nodes) if test in of_stage]
        raise DbtBuildFailed(_why(result, run("test", again, {}) if again else None))


def _read_by(nodes: Mapping[str, Any], keys: Collection[str]) -> set[str]:
    """What the nodes with these ids read: a model reads another by a name that dbt has to know."""
    return {read for key in keys for read in nodes[key]["depends_on"].get("nodes", ())}


def data_tests(nodes: Mapping[str, Any]) -> set[str]:
    """Ids of the data tests among the nodes of a manifest."""
    return {key for key, node in nodes.items() if node["resource_type"] == "test"}


def _readers_last(nodes: dict[str, Any], built: Collection[str], absent: list[str]) -> Iterator[tuple[str, dict]]:
    """The models and seeds that were built or are absent, each behind those that it reads, as Dagster demands."""
    waiting = {
        key: node
        for key, node in nodes.items()
        if key in built or (node["resource_type"] == "model" and node["name"] in absent)
    }
    while waiting:
        ready = [key for key, node in waiting.items() if not waiting.keys() & set(node["depends_on"].get("nodes", ()))]
        for key in ready:
            yield key, waiting.pop(key)


def _failed(result: dbtRunnerResult) -> list[Any]:
    """The results that are not well, of a command that came so far."""
    return [node for node in getattr(result.result, "results", ()) if node.status in ("fail", "error", "runtime error")]


def _why(result: dbtRunnerResult, one_by_one: dbtRunnerResult | None) -> str:
    """`one_by_one` are the tests of joined nodes that failed, which have the names that people gave them."""
    if result.exception or result.result is None:
        return f"dbt: {result.exception}"
    named = _failed(one_by_one) if one_by_one else []
    failed = [node for node in _failed(result) if not (named and node.node.name.startswith(PREFIX))] + named
    words = [f"{node.node.name}: {' '.join((node.message or node.status).split())}" for node in failed]
    return f"dbt: {len(failed)} of {len(result.result.results)} models and tests failed. " + "; ".join(words)


def documented_columns(manifest: Mapping[str, Any], schemas: tuple[str, ...]) -> dict[str, list[str]]:
    """`schema.table` → documented column names, for every model and declared score table in `schemas`."""
    described: dict[str, list[str]] = {}
    for node in [*manifest["nodes"].values(), *manifest["sources"].values()]:
        if node["resource_type"] in ("model", "source", "seed") and node["schema"] in schemas:
            described[f"{node['schema']}.{node['name']}"] = list(node["columns"])
    return described
