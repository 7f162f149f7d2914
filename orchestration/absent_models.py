"""The systems that a company has, and what a night can leave out: the staging models of those that it has not.

Stays out: how the unions skip them (the dbt macro union_staged).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from data_quality.company_sources import GENERIC
from data_quality.contracts import SourceTable
from orchestration.settings import Settings


def loaded_sources(home: Path) -> set[str]:
    """Names of the sources of which at least one load is in raw; of systems of the company's own, `generic`."""
    loads = (home / "raw").glob("*/*/load_id=*")
    tables = {load.parent for load in loads if load.name != "load_id=empty"}
    return {GENERIC if table.name.startswith(f"{GENERIC}_") else table.parent.name for table in tables}


def expected_sources(settings: Settings, tables: Iterable[SourceTable]) -> set[str]:
    """Names of the declared sources of which something is in raw, has landed or is fetched; all where nothing is.

    Of these a night knows beforehand, and Dagster shows them. A source that lands while a night runs is taken in,
    judged and built all the same.
    """
    landed = {folder.name for folder in settings.landing.glob("*") if folder.is_dir() and any(folder.iterdir())}
    there = loaded_sources(settings.home) | landed | set(settings.fetched)
    declared = {table.source: table.dbt_source for table in tables}
    return {dbt_source for source, dbt_source in declared.items() if there & {source, dbt_source}} or set(
        declared.values()
    )


def absent_models(nodes: Mapping[str, Mapping[str, Any]], loaded: set[str]) -> list[str]:
    """Names of the staging models that need not be built, sorted.

    `nodes` are the manifest's. A union needs an arm to have columns: where no system of the company feeds it, the
    first one stays, with whatever that one reads in staging.
    """
    staging = {key: node for key, node in nodes.items() if is_staging(node)}
    needed = {key for key, node in staging.items() if node["fqn"][2] in loaded}
    for node in nodes.values():
        arms = [key for key in node["depends_on"].get("nodes", ()) if key in staging]
        if node["resource_type"] == "model" and not is_staging(node) and arms and not needed.intersection(arms):
            needed.add(arms[0])
    waiting = list(needed)
    while waiting:
        read = {key for key in staging[waiting.pop()]["depends_on"]["nodes"] if key in staging} - needed
        needed |= read
        waiting += read
    return sorted(staging[key]["name"] for key in staging.keys() - needed)


def leave_out(manifest: Mapping[str, Any], absent: Collection[str]) -> dict[str, Any]:
    """The manifest without absent models, and without all that is said of reading them."""
    gone = {
        key for key, node in manifest["nodes"].items() if node["resource_type"] == "model" and node["name"] in absent
    }
    relatives = {
        relation: {
            key: [other for other in others if other not in gone]
            for key, others in manifest[relation].items()
            if key not in gone
        }
        for relation in ("parent_map", "child_map")
    }
    nodes = {key: _without(gone, node) for key, node in manifest["nodes"].items() if key not in gone}
    return {**manifest, **relatives, "nodes": nodes}


def _without(gone: set[str], node: Mapping[str, Any]) -> Mapping[str, Any]:
    depends_on = node["depends_on"]
    if gone.isdisjoint(depends_on.get("nodes", ())):
        return node
    left = [key for key in depends_on["nodes"] if key not in gone]
    return {**node, "depends_on": {**depends_on, "nodes": left}}


def is_staging(node: Mapping[str, Any]) -> bool:
    return node["resource_type"] == "model" and node["fqn"][1] == "staging"
