"""What people know better: overrides files, the commands that write them, and the preview before they do."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.identity import preview
from orchestration.identity.overrides import (
    COLUMNS,
    MERGE,
    SPLIT,
    Override,
    OverrideError,
    add_overrides,
    read_overrides,
)

ANNA = {"contact_id": "shop:1", "full_name": "Anna Berg", "email": "anna@mail.example"}
SAME = {"contact_id": "crm:2", "full_name": "Anna Berg", "email": "anna@mail.example"}
WORK = {"contact_id": "crm:9", "full_name": "Anna Berg", "email": "anna@firm.example"}


def overrides_file(folder: Path, *lines: str) -> Path:
    path = folder / "identity_overrides.csv"
    path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("join,a:1,b:2,why,", "line 2: action: 'join' is neither merge nor split"),
        ("merge,a1,b:2,why,", "line 2: contact_id: 'a1' is not an id such as zendesk:8123"),
        ("merge,a:1,a:1,why,", "cannot be merged with or split from itself"),
        ("split,a:1,b:2,,", "line 2: reason"),
    ],
)
def test_a_line_that_cannot_be_meant_stops_with_file_line_and_column(line: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(OverrideError, match=words) as stopped:
        read_overrides([overrides_file(tmp_path, line)])
    assert str(stopped.value).startswith("identity_overrides.csv: ")


def test_the_last_word_on_a_pair_counts(tmp_path: Path) -> None:
    path = overrides_file(tmp_path, "merge,a:1,b:2,first thought,", "split,b:2,a:1,second thought,")
    assert [override.action for override in read_overrides([path, tmp_path / "missing.csv"])] == [SPLIT]


def test_decisions_are_added_to_those_before(tmp_path: Path) -> None:
    first, second = Override(MERGE, "a:1", "b:2", "said, so", "2026-11-01"), Override(SPLIT, "c:1", "d:2", "no")
    add_overrides(tmp_path, [first])
    assert read_overrides([add_overrides(tmp_path, [second])]) == [first, second]


def test_a_merge_by_hand_outweighs_contradictions(company) -> None:
    other = WORK | {"full_name": "Bernd Berg", "birth_date": "19500101"}
    mine = ANNA | {"birth_date": "19800707"}
    company.night([mine, other], [Override(MERGE, "shop:1", "crm:9", "changed name and was mistyped")])
    assert company.together() == {frozenset({"shop:1", "crm:9"})}


def rapport(*words: object) -> str:
    ran = CliRunner().invoke(app, ["identity", *map(str, words)])
    return " ".join(ran.output.split())


def test_explain_says_why_every_contact_belongs_to_its_customer(company) -> None:
    company.night([ANNA, SAME])
    said = rapport("explain", "crm:2", "--home", company.home)
    assert "the first record of this customer" in said
    assert "shares an e-mail" in said


def test_an_id_that_nobody_has_is_told_in_words(company) -> None:
    assert "call `rapport run` first" in rapport("explain", "crm:2", "--home", company.home)
    company.night([ANNA])
    assert "no contact and no customer" in rapport("explain", "crm:2", "--home", company.home)


def test_a_preview_writes_nothing_and_a_merge_needs_a_reason(company) -> None:
    company.night([ANNA, WORK])
    assert "nothing was written" in rapport("merge", "shop:1", "crm:9", "--preview", "--home", company.home)
    assert "Say why" in rapport("merge", "shop:1", "crm:9", "--home", company.home)
    assert not (company.area / "overrides.csv").exists()


def test_a_merge_and_a_split_by_command_are_done_by_the_next_night(company) -> None:
    company.night([ANNA]).night([ANNA, WORK])
    rapport("merge", "shop:1", "crm:9", "--reason", "she said so", "--home", company.home)
    decided = read_overrides([company.area / "overrides.csv"])
    assert company.night([ANNA, WORK], decided).together() == {frozenset({"shop:1", "crm:9"})}
    customer = company.customers()["shop:1"]
    rapport("split", customer, "crm:9", "--reason", "it was her sister", "--home", company.home)
    decided = read_overrides([company.area / "overrides.csv"])
    assert company.night([ANNA, WORK], decided).together() == set()
    assert company.customers()["shop:1"] == customer


def test_a_contact_of_somebody_else_cannot_be_split_off(company) -> None:
    company.night([ANNA, WORK])
    customer = company.customers()["shop:1"]
    assert "does not have the contact crm:9" in rapport("split", customer, "crm:9", "--home", company.home)


@pytest.fixture
def release() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("""
        create schema marts; create schema segments;
        create table marts.dim_customers as
        select * from (values ('a', 1, 100.0, 1, 0), ('b', 1, 50.0, 0, 0), ('c', 0, 0.0, 2, 1)) as customers
            (customer_id, historic_number_of_orders, historic_clv_amount, count_tickets, count_open_tickets);
        create table segments.customer_segments as
        select 'a' as customer_id, 'champions' as segment_name
    """)
    return connection


def test_the_preview_says_what_a_merge_does_to_the_companys_figures(release: duckdb.DuckDBPyConnection) -> None:
    effects = {effect.name: (effect.before, effect.after) for effect in preview.merge_effects(release, ["a", "b"])}
    assert effects["customers"] == (3, 2)
    assert effects["customers who bought"] == (2, 1)
    assert effects["customers who bought again"] == (0, 1)
    assert effects["value per buyer"] == (75, 150)
    assert not {"orders", "value", "tickets"} & set(effects), "a merge makes no orders"


def test_the_preview_says_what_each_brings(release: duckdb.DuckDBPyConnection) -> None:
    mine, unknown = preview.parts(release, ["a", "new"])
    assert (mine.orders, mine.value, mine.tickets, mine.segments) == (1, 100.0, 1, ("champions",))
    assert (unknown.orders, unknown.segments) == (0, ())
