"""Every staging model gives the canonical columns of its entity, in order and type, also without any export."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

import pytest
import yaml

from orchestration.drafting.canonical import CANONICAL, type_of

STAGING = Path(__file__).parents[3] / "dbt_project" / "models" / "staging"
MODELS = sorted(STAGING.glob("*/stg_*.sql"), key=lambda path: path.stem)
SHARED_ROWS = {
    "stg_calendar__invitation_rows",
    "stg_cdnow__order_rows",
    "stg_dynamics365__named_records",
    "stg_generic__order_rows",
    "stg_salesforce__person_records",
    "stg_hubspot__deal_stages",
    "stg_hubspot__owner_names",
    "stg_hubspot__ticket_stages",
    "stg_intercom__conversation_parts",
    "stg_mailbox__correspondent_rows",
    "stg_olist__order_buyers",
    "stg_shopify__order_rows",
    "stg_shopify__pulled_orders",
    "stg_stripe__charge_rows",
    "stg_stripe__invoice_rows",
    "stg_zendesk__listed_tickets",
}
"""Models that only other models of their source read."""


def entity_of(model: str) -> str:
    return model.split("__")[1]


@pytest.fixture(scope="module")
def staged(estate_in, build_file, tmp_path_factory) -> dict[str, tuple[list[tuple[str, str]], int]]:
    """model → its columns with their types, and its number of rows, without any export."""
    estate = estate_in(tmp_path_factory.mktemp("nothing_landed"), build_file)
    models = [path.stem for path in MODELS]
    counts = dict(estate.query(" union all ".join(f"select '{m}', count(*) from staging.{m}" for m in models)))
    columns = estate.query("""
        select table_name, list((column_name, data_type) order by ordinal_position)
        from information_schema.columns where table_schema = 'staging' group by table_name
    """)
    return {model: (found, counts[model]) for model, found in columns}


@pytest.mark.parametrize("model", [path.stem for path in MODELS if path.stem not in SHARED_ROWS])
def test_a_model_has_the_columns_of_its_entity_and_no_rows_without_exports(model: str, staged) -> None:
    columns, rows = staged[model]
    assert columns == [(column, type_of(column).upper()) for column in CANONICAL[entity_of(model)]]
    assert rows == 0


def test_the_sources_map_to_every_canonical_entity() -> None:
    assert {entity_of(path.stem) for path in MODELS if path.stem not in SHARED_ROWS} == set(CANONICAL)


def test_every_column_of_every_model_is_described() -> None:
    described = {}
    for path in STAGING.glob("*/_*__models.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            described[model["name"]] = {column["name"] for column in model["columns"] if column["description"]}
            assert model["description"], model["name"]
    assert set(described) == {path.stem for path in MODELS}
    for model in set(described) - SHARED_ROWS:
        assert described[model] == set(CANONICAL[entity_of(model)]), model


def test_models_read_their_own_source_and_stay_small() -> None:
    for path in MODELS:
        sql, source = path.read_text(encoding="utf-8"), path.parent.name
        assert path.stem.startswith(f"stg_{source}__")
        assert set(re.findall(r"raw\('(\w+)'", sql)) <= {source}, path.name
        assert {name.split("__")[0] for name in re.findall(r"ref\('(\w+)'\)", sql)} <= {f"stg_{source}"}, path.name
        assert "source(" not in sql.replace("raw(", ""), path.name
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODELS]
    assert median(lengths) < 50
    assert max(lengths) <= 120
