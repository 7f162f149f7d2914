"""Which of the night's dbt builds makes a model, and which one runs a test: the first that has all it reads.

Belongs here: the order of the builds, read from tags and dependencies. Stays out: running them (orchestration.dbt).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orchestration.absent_models import is_staging

GATHER, TRANSFORM, SEGMENT = "gather", "transform", "segment"
ORDER = (GATHER, TRANSFORM, SEGMENT)
WRITTEN_BEFORE = {"identity": TRANSFORM, "ml": SEGMENT, "history": SEGMENT}
"""Sources that Python writes between two builds → the build from which on they are there."""


def nodes_of(stage: str, manifest: Mapping[str, Any], loaded: Collection[str], absent: Collection[str]) -> list[str]:
    """Ids of the models, seeds and tests of a stage, without absent models.

    A model of what no `loaded` source brings may be built for its columns, but has no row to test.
    """
    nodes = manifest["nodes"]
    gone = {key for key, node in nodes.items() if node["resource_type"] == "model" and node["name"] in absent}
    empty = _empty(nodes, loaded)
    for key, node in nodes.items():
        if node["resource_type"] == "test" and (gone.intersection(_read(node)) or _tested(node) <= empty):
            gone.add(key)
    return sorted(key for key, turn in _turns(manifest).items() if ORDER[turn] == stage and key not in gone)


def mark_stages(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with the name of its stage as a tag of every model, seed and test, by which Dagster selects."""
    nodes = dict(manifest["nodes"])
    for key, turn in _turns(manifest).items():
        nodes[key] = nodes[key] | {"tags": [*nodes[key]["tags"], ORDER[turn]]}
    return {**manifest, "nodes": nodes}


def _turns(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Which build, counted from 0, each model, seed and test belongs to."""
    nodes = manifest["nodes"]
    gathered = {key for key, node in nodes.items() if "before_identity" in node["tags"]}
    waiting = list(gathered)
    while waiting:
        read = {key for key in _read(nodes[waiting.pop()]) if key in nodes} - gathered
        gathered |= read
        waiting += read
    made = {
        key: SEGMENT if "after_scores" in node["tags"] else GATHER if key in gathered else TRANSFORM
        for key, node in nodes.items()
        if node["resource_type"] in ("model", "seed")
    }
    given = {key: WRITTEN_BEFORE.get(source["source_name"], GATHER) for key, source in manifest["sources"].items()}
    turns = {key: ORDER.index(stage) for key, stage in (given | made).items()}
    tests = {
        key: max((turns[read] for read in _read(node)), default=0)
        for key, node in nodes.items()
        if node["resource_type"] == "test"
    }
    return {key: turns[key] for key in made} | tests


def _empty(nodes: Mapping[str, Any], loaded: Collection[str]) -> set[str]:
    """Staging models of sources without a load, and the models that read nothing but empty ones."""
    empty = {key for key, node in nodes.items() if is_staging(node) and node["fqn"][2] not in loaded}
    waiting = {key: node for key, node in nodes.items() if node["resource_type"] == "model" and not is_staging(node)}
    while found := {key for key, node in waiting.items() if _read(node) and empty.issuperset(_read(node))}:
        empty |= found
        for key in found:
            del waiting[key]
    return empty


def _tested(test: Mapping[str, Any]) -> set[str]:
    """The model that a test is of; of a test that stands by itself, all it reads."""
    return {test["attached_node"]} if test.get("attached_node") else set(_read(test))


def _read(node: Mapping[str, Any]) -> list[str]:
    return node["depends_on"].get("nodes", [])
