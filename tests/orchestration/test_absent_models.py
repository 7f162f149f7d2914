"""A night builds the staging of the systems that a company has, and of no other."""

from __future__ import annotations

import json

import pytest

from orchestration.absent_models import absent_models, loaded_sources
from orchestration.dbt import manifest_path
from orchestration.settings import PROJECT_DIR


@pytest.fixture(scope="module")
def nodes() -> dict:
    return json.loads(manifest_path(PROJECT_DIR).read_text(encoding="utf-8"))["nodes"]


def staged(nodes: dict) -> set[str]:
    return {node["name"] for node in nodes.values() if node["resource_type"] == "model" and node["fqn"][1] == "staging"}


def test_a_shop_alone_leaves_out_every_other_shop_but_keeps_one_arm_of_every_union(nodes: dict) -> None:
    absent = set(absent_models(nodes, {"cdnow"}))
    assert "stg_online_retail__orders" in absent
    assert "stg_shopify__orders" in absent
    assert not {name for name in absent if name.startswith("stg_cdnow__")}
    built = staged(nodes) - absent
    for node in nodes.values():
        arms = {key.split(".")[-1] for key in node["depends_on"].get("nodes", ())} & staged(nodes)
        if node["resource_type"] == "model" and node["fqn"][1] != "staging" and arms:
            assert arms & built, f"{node['name']} would have no columns"


def test_what_is_built_reads_nothing_that_is_left_out(nodes: dict) -> None:
    absent = set(absent_models(nodes, set()))
    for node in nodes.values():
        if node["resource_type"] == "model" and node["name"] in staged(nodes) - absent:
            assert not {key.split(".")[-1] for key in node["depends_on"]["nodes"]} & absent, node["name"]


def test_with_every_system_nothing_is_left_out(nodes: dict) -> None:
    sources = {node["fqn"][2] for node in nodes.values() if node["fqn"][1] == "staging"}
    assert absent_models(nodes, sources) == []


def test_an_empty_declared_table_is_not_a_load(tmp_path) -> None:
    (tmp_path / "raw" / "shopify" / "orders" / "load_id=empty").mkdir(parents=True)
    assert loaded_sources(tmp_path) == set()
    (tmp_path / "raw" / "shopify" / "orders" / "load_id=0123456789abcdef").mkdir()
    assert loaded_sources(tmp_path) == {"shopify"}
