"""Generating: same arguments, same bytes; one label; nothing real is ever overwritten."""

from __future__ import annotations

import dataclasses
import hashlib
import weakref
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from orchestration.twin import estate
from orchestration.twin.estate import LABEL, SOURCES, TwinError, generate
from orchestration.twin.parameters import DEFAULT

AS_OF = date(2026, 11, 1)


def digests(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def test_equal_arguments_give_equal_bytes_and_another_seed_other_bytes(make_twin):
    first, again, other = make_twin(250, seed=3), make_twin(250, seed=3), make_twin(250, seed=4)
    assert digests(first.home) == digests(again.home)
    unchanged = {name for name, digest in digests(first.home).items() if digests(other.home)[name] == digest}
    # Sales desk, helpdesk's rules, calendar and costs of campaigns, catalogue, explanations belong to the company.
    assert unchanged == {
        "landing/generic/campaign_costs.csv",
        "landing/hubspot/owners.ndjson",
        "landing/mailchimp/campaign.csv",
        "landing/zendesk/groups.ndjson",
        "landing/zendesk/holidays.ndjson",
        "landing/zendesk/schedules.ndjson",
        "landing/zendesk/sla_policies.ndjson",
        "truth/README.txt",
        "truth/product_companions.parquet",
    }


def test_the_first_block_does_not_depend_on_how_many_follow(make_twin):
    parameters = dataclasses.replace(DEFAULT, block_size=300)
    one, three = (make_twin(customers, 3, parameters=parameters) for customers in (300, 800))
    compared = 0
    for path in (one.home / "landing").rglob("*"):
        if path.is_file():
            longer = (three.home / path.relative_to(one.home)).read_bytes()
            assert longer.startswith(path.read_bytes()), path.name
            compared += 1
    assert compared == 26
    assert one.truth("customers").equals(three.truth("customers").head(300))
    assert len(three.truth("customers")) == 800


def test_people_of_different_blocks_never_share_a_record(make_twin):
    parameters = dataclasses.replace(DEFAULT, block_size=300)
    many = make_twin(800, 3, parameters=parameters)
    for name, key in (
        ("hubspot/hubspot-crm-exports-all-contacts.csv", "Record ID"),
        ("hubspot/hubspot-crm-exports-all-companies.csv", "Company name"),
        ("hubspot/hubspot-crm-exports-all-deals.csv", "Record ID"),
        ("hubspot/hubspot-crm-exports-all-engagements.csv", "Activity ID"),
        ("shopify/customers_export.csv", "Email"),
        ("mailchimp/subscribed_members_export.csv", "LEID"),
        ("nps_survey/nps_responses.csv", "Response ID"),
    ):
        keys = [row[key] for row in many.rows(name)]
        assert len(keys) == len(set(keys)) > 0, name
    for table in ("tickets", "ticket_audits", "users", "satisfaction_ratings"):
        ids = [record["id"] for record in many.objects(table)]
        assert len(ids) == len(set(ids)) > 0, table
    lines = [(row["Name"], row["Lineitem sku"]) for row in many.order_lines()]
    assert len(lines) == len(set(lines)) > 0


def blocks_alive(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many blocks' people, lives and orders are still in memory whenever a block is finished."""
    made: list[weakref.ref] = []
    for name in ("draw_people", "live", "fill_baskets"):
        draw = getattr(estate, name)

        def remembered(*arguments: object, draw: Callable = draw) -> object:
            drawn = draw(*arguments)
            made.append(weakref.ref(drawn[0] if isinstance(drawn, tuple) else drawn))
            return drawn

        monkeypatch.setattr(estate, name, remembered)
    alive: list[int] = []

    def count(_: str) -> None:
        alive.append(sum(reference() is not None for reference in made))

    generate(home, 240, AS_OF, seed=1, on_progress=count, parameters=dataclasses.replace(DEFAULT, block_size=60))
    return alive


def test_only_one_block_is_in_memory_however_many_there_are(tmp_path, monkeypatch):
    assert blocks_alive(tmp_path, monkeypatch) == [3, 3, 3, 3]


def test_a_block_that_is_kept_would_be_noticed(tmp_path, monkeypatch):
    kept = []
    live = estate.live
    monkeypatch.setattr(estate, "live", lambda *arguments: kept.append(live(*arguments)) or kept[-1])
    assert blocks_alive(tmp_path, monkeypatch) == [3, 4, 5, 6]


def test_the_label_and_the_truth_say_that_the_data_is_generated(twin):
    label = (twin.home / LABEL).read_text(encoding="utf-8")
    assert label.startswith("GENERATED DATA")
    assert "customers: 1200\n" in label
    assert "2026-11-01" in label
    assert (twin.home / "truth" / "README.txt").read_text(encoding="utf-8").startswith("GENERATED DATA")
    assert sorted(path.name for path in (twin.home / "landing").iterdir()) == sorted(SOURCES)
    assert all(path.suffix in (".csv", ".ndjson") for path in (twin.home / "landing").rglob("*") if path.is_file())


def test_exports_of_a_real_company_are_never_touched(tmp_path):
    export = tmp_path / "landing" / "shopify" / "orders_export_1.csv"
    export.parent.mkdir(parents=True)
    export.write_text("Name\n#1\n", encoding="utf-8")
    with pytest.raises(TwinError, match="not labelled as generated"):
        generate(tmp_path, 10, AS_OF, seed=1)
    assert export.read_text(encoding="utf-8") == "Name\n#1\n"
    assert not (tmp_path / LABEL).exists()


def test_a_smaller_twin_replaces_a_larger_one_completely(tmp_path):
    parameters = dataclasses.replace(DEFAULT, block_size=100)
    generate(tmp_path, 250, AS_OF, seed=1, parameters=parameters)
    assert (tmp_path / "landing" / "shopify" / "orders_export_3.csv").exists()
    summary = generate(tmp_path, 60, AS_OF, seed=1)
    orders = sorted(path.name for path in (tmp_path / "landing" / "shopify").glob("orders_export*"))
    assert orders == ["orders_export_1.csv", "orders_export_late.csv"]
    assert summary.customers == 60
    assert sorted(path.name for path in tmp_path.iterdir()) == [LABEL, "landing", "truth"]


def test_progress_and_summary_count_what_was_written(tmp_path):
    said: list[str] = []
    parameters = dataclasses.replace(DEFAULT, block_size=100)
    summary = generate(tmp_path, 150, AS_OF, seed=1, on_progress=said.append, parameters=parameters)
    assert said == ["generated 100 of 150 customers", "generated 150 of 150 customers"]
    users = (tmp_path / "landing" / "zendesk" / "users.ndjson").read_text(encoding="utf-8").count("\n")
    assert summary.rows["zendesk.users"] == users > 18


@pytest.mark.parametrize(
    ("customers", "seed", "words"), [(0, 1, "between 1 and"), (5_000_001, 1, "5,000,000"), (5, -1, "seed is -1")]
)
def test_impossible_sizes_and_seeds_are_refused_in_words(tmp_path, customers, seed, words):
    with pytest.raises(TwinError, match=words):
        generate(tmp_path, customers, AS_OF, seed)


@pytest.mark.parametrize("customers", [1, 2, 7])
def test_the_tiniest_companies_are_complete(tmp_path, customers):
    summary = generate(tmp_path, customers, AS_OF, seed=11)
    assert len(summary.rows) == 25
    assert (tmp_path / "truth" / "customers.parquet").exists()
