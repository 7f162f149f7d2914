"""A night builds the staging of the systems that a company has, and of no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data_quality.contracts import SourceTable, load_source_tables
from orchestration.absent_models import absent_models, expected_sources, leave_out, loaded_sources
from orchestration.dbt import manifest_path
from orchestration.definitions import build_defs
from orchestration.settings import PROJECT_DIR, Settings


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


@pytest.fixture
def tables() -> list[SourceTable]:
    return load_source_tables(PROJECT_DIR)


def test_a_night_knows_the_systems_that_have_landed_are_in_raw_or_are_fetched(tables, tmp_path: Path) -> None:
    (tmp_path / "landing" / "shopify").mkdir(parents=True)
    (tmp_path / "landing" / "zendesk").mkdir()
    (tmp_path / "landing" / "shopify" / "orders.csv").touch()
    (tmp_path / "raw" / "stripe" / "charges" / "load_id=0123456789abcdef").mkdir(parents=True)
    settings = Settings(tmp_path, landing_urls={"klaviyo": "sftp://files.example/out"})
    assert expected_sources(settings, tables) == {"shopify", "stripe", "klaviyo"}


def test_a_home_without_anything_shows_every_system_there_could_be(tables, tmp_path: Path) -> None:
    assert expected_sources(Settings(tmp_path), tables) == {table.source for table in tables}


def test_dagster_shows_the_systems_of_the_company_and_what_is_made_of_them(tmp_path: Path) -> None:
    (tmp_path / "landing" / "cdnow").mkdir(parents=True)
    (tmp_path / "landing" / "cdnow" / "CDNOW_master.txt").touch()
    graph = build_defs(Settings(tmp_path)).resolve_asset_graph()
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    assert {"cdnow/purchases", "staging/stg_cdnow__orders", "marts/fct_orders", "release"} <= keys
    assert not {key for key in keys if "pipedrive" in key}


def test_a_manifest_without_absent_models_says_nothing_of_them(tmp_path: Path) -> None:
    manifest = json.loads(manifest_path(PROJECT_DIR).read_text(encoding="utf-8"))
    absent = absent_models(manifest["nodes"], {"cdnow"})
    whole = json.dumps(manifest)
    left = leave_out(manifest, absent)
    assert json.dumps(manifest) == whole, "the manifest is shared, and others need all of it"
    said = json.dumps([left[part] for part in ("parent_map", "child_map")])
    said += json.dumps([node["depends_on"] for node in left["nodes"].values()])
    assert "stg_cdnow__orders" in said
    assert not [name for name in absent if f'.{name}"' in said]
