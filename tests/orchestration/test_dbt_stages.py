"""Every model is built once, in the order of the night, and every test runs once all it reads is there."""

from __future__ import annotations

import copy
import json

import pytest

from orchestration.absent_models import absent_models, is_staging
from orchestration.dbt import manifest_path
from orchestration.dbt_stages import ORDER, WRITTEN_BEFORE, nodes_of
from orchestration.settings import PROJECT_DIR


@pytest.fixture(scope="module")
def manifest() -> dict:
    return json.loads(manifest_path(PROJECT_DIR).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def every_source(manifest: dict) -> set[str]:
    return {node["fqn"][2] for node in manifest["nodes"].values() if is_staging(node)}


def test_every_model_seed_and_test_has_one_stage(manifest: dict, every_source: set[str]) -> None:
    found = [key for stage in ORDER for key in nodes_of(stage, manifest, every_source, [])]
    built = {key for key, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed", "test")}
    assert sorted(found) == sorted(built)


def test_nothing_reads_what_a_later_stage_makes(manifest: dict, every_source: set[str]) -> None:
    there = {key for key, source in manifest["sources"].items() if source["source_name"] not in WRITTEN_BEFORE}
    for stage in ORDER:
        there |= {
            key for key, source in manifest["sources"].items() if WRITTEN_BEFORE.get(source["source_name"]) == stage
        }
        now = nodes_of(stage, manifest, every_source, [])
        there |= set(now)
        for key in now:
            missing = set(manifest["nodes"][key]["depends_on"].get("nodes", ())) - there
            assert not missing, f"{key} runs in {stage} and reads {missing}"


def test_a_test_does_not_wait_for_a_stage_it_does_not_need(manifest: dict, every_source: set[str]) -> None:
    first = nodes_of(ORDER[0], manifest, every_source, [])
    assert any("key_int_contacts_unioned" in key for key in first)
    assert not any("fct_orders" in key for key in first)


def test_a_model_without_rows_of_a_system_that_nobody_has_is_not_tested(manifest: dict) -> None:
    absent = absent_models(manifest["nodes"], {"cdnow"})
    tonight = [key for stage in ORDER for key in nodes_of(stage, manifest, {"cdnow"}, absent)]
    tested = {
        read
        for key in tonight
        if manifest["nodes"][key]["resource_type"] == "test"
        for read in manifest["nodes"][key]["depends_on"]["nodes"]
    }
    staging = {key for key in tested if key in manifest["nodes"] and is_staging(manifest["nodes"][key])}
    assert {manifest["nodes"][key]["fqn"][2] for key in staging} == {"cdnow"}
    assert not {manifest["nodes"][key]["name"] for key in tonight} & set(absent)


def test_a_model_that_identity_needs_takes_what_it_reads_along(manifest: dict, every_source: set[str]) -> None:
    """And one that reads scores waits, whatever it is called."""
    changed = copy.deepcopy(manifest)
    key = "model.rapport.fct_orders"
    changed["nodes"][key]["tags"].append("before_identity")
    first = set(nodes_of(ORDER[0], changed, every_source, []))
    assert set(changed["nodes"][key]["depends_on"]["nodes"]) <= first
    changed["nodes"][key]["tags"] = ["after_scores"]
    assert key in nodes_of(ORDER[2], changed, every_source, [])


def test_nor_is_what_is_made_of_such_models_only(manifest: dict) -> None:
    nodes, loaded = manifest["nodes"], {"cdnow"}
    tonight = [key for stage in ORDER for key in nodes_of(stage, manifest, loaded, absent_models(nodes, loaded))]
    tested = {
        nodes[read]["name"]
        for key in tonight
        if nodes[key]["resource_type"] == "test"
        for read in nodes[key]["depends_on"]["nodes"]
        if read in nodes
    }
    built = {nodes[key]["name"] for key in tonight}
    # An order log has no tickets; that it has customers and orders is still proved.
    assert {"int_ticket_events_unioned", "int_ticket_statuses_spanned"} <= built - tested
    assert {"int_orders_unioned", "fct_orders", "dim_customers"} <= tested
