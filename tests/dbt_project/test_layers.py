"""The walk of the data, read from dbt's manifest: who may read whom, how long a model may be, what is documented."""

from __future__ import annotations

import copy
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from orchestration.dbt import manifest_path
from orchestration.settings import PROJECT_DIR

MAY_READ = {
    "staging": {"staging", "raw"},
    "intermediate": {"staging", "intermediate", "seeds", "identity"},
    "marts": {"intermediate", "marts", "scores"},
    "features": {"marts", "features"},
    "segments": {"marts", "segments", "scores", "history", "seeds"},
}
RESOLVED = ("int_customers_resolved", "int_accounts_resolved")
SHOW_SCORES = ("dim_customers", "fct_ticket_topics")
LONGEST, USUAL = 120, 50
CLOCK = re.compile(r"\b(now\(\)|current_date|current_timestamp|get_current_timestamp|today\(\))", re.IGNORECASE)


@pytest.fixture(scope="module")
def manifest() -> dict:
    return json.loads(manifest_path(PROJECT_DIR).read_text(encoding="utf-8"))


def models(manifest: dict) -> dict[str, dict]:
    return {name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}


def layer(manifest: dict, name: str) -> str:
    """Folder of a model, "seeds", or for a source "raw", "scores", "identity" or "history"."""
    if name in manifest["sources"]:
        return manifest["sources"][name]["schema"]
    node = manifest["nodes"][name]
    return "seeds" if node["resource_type"] == "seed" else Path(node["original_file_path"]).parts[1]


def wrong_readings(manifest: dict) -> Iterator[str]:
    """Every reading against the walk, as "reader reads what"."""
    for name, node in models(manifest).items():
        reader = layer(manifest, name)
        for read in node["depends_on"]["nodes"]:
            if layer(manifest, read) not in MAY_READ[reader]:
                yield f"{node['name']} reads {read.split('.', 2)[2]}"
            if layer(manifest, read) == "scores" and reader == "marts" and node["name"] not in SHOW_SCORES:
                yield f"{node['name']} reads a score"
            if layer(manifest, read) == "identity" and node["name"] not in RESOLVED:
                yield f"{node['name']} reads who is whom, which {' and '.join(RESOLVED)} do for all"
            if layer(manifest, read) == "history" and node["name"] != "customer_states":
                yield f"{node['name']} reads the past, which customer_states continues for all"
            if layer(manifest, read) == "staging" and reader != "staging" and not node["name"].endswith("_unioned"):
                yield f"{node['name']} reads one source, which only unions do"


def staging_across_sources(manifest: dict) -> Iterator[str]:
    for name, node in models(manifest).items():
        if layer(manifest, name) == "staging":
            folder = Path(node["original_file_path"]).parts[2]
            for read in node["depends_on"]["nodes"]:
                if read.split(".")[2].removeprefix("stg_").split("__")[0] != folder:
                    yield f"{node['name']} reads {read}"


def test_data_walks_one_way(manifest: dict) -> None:
    assert list(wrong_readings(manifest)) == []


@pytest.mark.parametrize(
    ("reader", "read"),
    [
        ("int_tickets_resolved", "model.rapport.fct_tickets"),
        ("ftr_order_days", "model.rapport.int_orders_resolved"),
        ("fct_orders", "source.rapport.ml.churn"),
        ("fct_orders", "source.rapport.shopify.orders"),
        ("seg_champions", "model.rapport.int_customers_rfm_scored"),
        ("int_customers_resolved", "model.rapport.stg_shopify__contacts"),
        ("int_orders_resolved", "source.rapport.identity.customers_of_contacts"),
        ("seg_champions", "source.rapport.history.customer_states"),
    ],
)
def test_a_reading_against_the_walk_is_caught(manifest: dict, reader: str, read: str) -> None:
    crossed = copy.deepcopy(manifest)
    crossed["nodes"][f"model.rapport.{reader}"]["depends_on"]["nodes"].append(read)
    assert [wrong for wrong in wrong_readings(crossed) if wrong.startswith(reader)]


def test_nothing_crosses_sources_before_identities_are_resolved(manifest: dict) -> None:
    assert list(staging_across_sources(manifest)) == []
    crossed = copy.deepcopy(manifest)
    crossed["nodes"]["model.rapport.stg_shopify__orders"]["depends_on"]["nodes"].append("source.rapport.hubspot.deals")
    assert list(staging_across_sources(crossed)) == ["stg_shopify__orders reads source.rapport.hubspot.deals"]


def test_scores_are_read_only_by_what_is_built_after_them(manifest: dict) -> None:
    late = {name for name, node in models(manifest).items() if "after_scores" in node["tags"]}
    for name, node in models(manifest).items():
        reads = node["depends_on"]["nodes"]
        if any(read in late or layer(manifest, read) == "scores" for read in reads):
            assert name in late, f"{node['name']} is built before the scores that it reads"


def test_every_staging_model_of_an_entity_feeds_its_union(manifest: dict) -> None:
    """A source's new entity that no union takes up would be loaded and never seen."""
    taken = {read for node in models(manifest).values() for read in node["depends_on"]["nodes"]}
    staged = {name for name in models(manifest) if layer(manifest, name) == "staging"}
    assert staged - taken == set()


def test_models_are_short(manifest: dict) -> None:
    lengths = {
        n["name"]: len(n["raw_code"].splitlines())
        for k, n in models(manifest).items()
        if layer(manifest, k) != "staging"
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
    assert median(lengths.values()) < USUAL


def test_no_model_reads_the_clock(manifest: dict) -> None:
    assert [node["name"] for node in models(manifest).values() if CLOCK.search(node["raw_code"])] == []
    assert CLOCK.search("select current_date - ordered_at")


def test_every_column_of_marts_and_features_is_typed_and_described(manifest: dict) -> None:
    contracted = [node for node in models(manifest).values() if node["config"]["contract"]["enforced"]]
    public = {node["name"] for name, node in models(manifest).items() if layer(manifest, name) == "marts"}
    assert public | {"ftr_customer_snapshots", "lbl_customer_outcomes"} <= {node["name"] for node in contracted}
    for node in contracted:
        for column in node["columns"].values():
            assert column["description"], f"{node['name']}.{column['name']}"
            assert column["data_type"], f"{node['name']}.{column['name']}"


def test_every_model_says_what_it_is(manifest: dict) -> None:
    assert [node["name"] for node in models(manifest).values() if not node["description"]] == []


def test_every_segment_is_a_model_a_definition_and_a_part_of_the_union(manifest: dict) -> None:
    seed = PROJECT_DIR / "seeds" / "segment_definitions.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        defined = {line["segment_name"] for line in csv.DictReader(file)}
    built = {node["name"].removeprefix("seg_") for node in models(manifest).values() if node["name"].startswith("seg_")}
    united = {
        name.split(".")[2] for name in manifest["nodes"]["model.rapport.customer_segments"]["depends_on"]["nodes"]
    }
    assert defined == built
    assert {f"seg_{name}" for name in defined} == united
