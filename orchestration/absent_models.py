"""What a dbt build can leave out: staging models of systems that never exported anything, and tests that must wait.

Stays out: how the unions skip them (the dbt macro union_staged).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_quality.company_sources import GENERIC


def loaded_sources(home: Path) -> set[str]:
    """Names of the sources of which at least one load is in raw; of systems of the company's own, `generic`."""
    loads = (home / "raw").glob("*/*/load_id=*")
    tables = {load.parent for load in loads if load.name != "load_id=empty"}
    return {GENERIC if table.name.startswith(f"{GENERIC}_") else table.parent.name for table in tables}


def absent_models(nodes: Mapping[str, Mapping[str, Any]], loaded: set[str]) -> list[str]:
    """Names of the staging models that need not be built, sorted.

    `nodes` are the manifest's. A union needs an arm to have columns: where no system of the company feeds it, the
    first one stays, with whatever that one reads in staging.
    """
    staging = {key: node for key, node in nodes.items() if node["resource_type"] == "model" and _is_staging(node)}
    needed = {key for key, node in staging.items() if node["fqn"][2] in loaded}
    for node in nodes.values():
        arms = [key for key in node["depends_on"].get("nodes", ()) if key in staging]
        if node["resource_type"] == "model" and not _is_staging(node) and arms and not needed.intersection(arms):
            needed.add(arms[0])
    waiting = list(needed)
    while waiting:
        read = {key for key in staging[waiting.pop()]["depends_on"]["nodes"] if key in staging} - needed
        needed |= read
        waiting += read
    return sorted(staging[key]["name"] for key in staging.keys() - needed)


def tests_to_skip(nodes: Mapping[str, Mapping[str, Any]], absent: list[str]) -> list[str]:
    """Names of the tests that read a model which is absent or built only after the scores, sorted."""
    missing = {
        key
        for key, node in nodes.items()
        if node["resource_type"] == "model" and (node["name"] in absent or "after_scores" in node["tags"])
    }
    tests = [node for node in nodes.values() if node["resource_type"] == "test"]
    return sorted(test["name"] for test in tests if missing.intersection(test["depends_on"]["nodes"]))


def _is_staging(node: Mapping[str, Any]) -> bool:
    return node["fqn"][1] == "staging"
