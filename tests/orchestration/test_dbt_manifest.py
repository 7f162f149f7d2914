"""dbt is told of what tonight's build touches, and of nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.dbt import PARSED, manifest_path, read_manifest
from orchestration.dbt_manifest import manifest_of

PROJECT = Path(__file__).parents[2] / "dbt_project"
ORDERS = "model.rapport.fct_orders"


@pytest.fixture(scope="module")
def only_orders() -> tuple[dict, set[str], set[str]]:
    """Nodes of a build of fct_orders alone; names of the sources and macros that dbt is told of beside them."""
    manifest = manifest_path(PROJECT)
    nodes = read_manifest(manifest)["nodes"]
    wanted = {ORDERS, *(key for key in nodes[ORDERS]["depends_on"]["nodes"] if key in nodes)}
    told = manifest_of(manifest.with_name(PARSED), tonight=[ORDERS], without=nodes.keys() - wanted)
    assert told.nodes.keys() == wanted
    return told.nodes, set(told.sources), {macro.name for macro in told.macros.values()}


def test_the_nodes_of_tonight_are_tagged_and_nobody_waits_for_what_is_gone(only_orders: tuple) -> None:
    nodes = only_orders[0]
    assert [key for key, node in nodes.items() if "tonight" in node.tags] == [ORDERS]
    assert all(read in nodes for node in nodes.values() for read in node.depends_on_nodes if read.startswith("model."))


def test_what_makes_tables_is_there_and_what_only_others_call_is_not(only_orders: tuple) -> None:
    _, sources, macros = only_orders
    assert {"materialization_table_duckdb", "duckdb__create_table_as"} <= macros
    assert {"list_relations_without_caching", "duckdb__list_relations_without_caching"} <= macros, "called from Python"
    assert not {"zendesk_words", "nps_score", "materialization_snapshot_default"} & macros
    assert not sources, "fct_orders reads models alone"
