"""Customer ids outlive the night: merges, splits, kills, and records that come and go."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from orchestration.identity import ledger, resolve
from orchestration.identity.overrides import MERGE, SPLIT, Override

ANNA = {"contact_id": "shop:1", "full_name": "Anna Berg", "email": "anna@mail.example"}
ANNA_AT_WORK = {"contact_id": "crm:9", "full_name": "Anna Berg", "email": "anna@firm.example"}
BRIDGE = {"contact_id": "desk:5", "full_name": "Anna Berg", "email": "anna@firm.example", "phone": "+15552345678"}


def test_a_merge_keeps_the_older_id(company) -> None:
    before = company.night([ANNA]).customers()["shop:1"]
    second = company.night([ANNA, ANNA_AT_WORK]).customers()["crm:9"]
    merged = Override(MERGE, "crm:9", "shop:1", "she said so")
    company.night([ANNA, ANNA_AT_WORK], [merged])
    assert set(company.customers().values()) == {before}
    assert company.why("crm:9") == ("by_hand", "shop:1")
    assert second != before


def test_a_split_leaves_the_id_with_the_founder_and_a_retired_id_comes_back(company) -> None:
    company.night([ANNA])
    second = company.night([ANNA, ANNA_AT_WORK]).customers()["crm:9"]
    company.night([ANNA, ANNA_AT_WORK], [Override(MERGE, "crm:9", "shop:1", "by mistake")])
    company.night([ANNA, ANNA_AT_WORK])
    assert company.customers()["crm:9"] == second


def test_a_split_by_hand_tears_what_a_key_joins(company) -> None:
    other = {"contact_id": "crm:2", "full_name": "Anna Berg", "email": "anna@mail.example"}
    founder = company.night([ANNA, other]).customers()["shop:1"]
    company.night([ANNA, other], [Override(SPLIT, "shop:1", "crm:2", "mother and daughter")])
    ids = company.customers()
    assert ids["shop:1"] != ids["crm:2"]
    assert founder in ids.values()


def test_an_id_survives_the_record_it_was_first_given_for(company) -> None:
    other = {**ANNA, "contact_id": "crm:2"}
    before = company.night([ANNA, other]).customers()["shop:1"]
    assert company.night([other]).customers() == {"crm:2": before}


def test_people_who_were_never_merged_get_the_same_id_whenever_they_come(make_company) -> None:
    at_once = make_company().night([ANNA, ANNA_AT_WORK]).customers()
    by_night = make_company().night([ANNA_AT_WORK]).night([ANNA, ANNA_AT_WORK]).customers()
    assert at_once == by_night


def test_a_night_repeated_changes_nothing(company) -> None:
    ids = company.night([ANNA, ANNA_AT_WORK, BRIDGE]).customers()
    [night] = (company.area / "ledger").glob("[!.]*")
    assert company.night([ANNA, ANNA_AT_WORK, BRIDGE]).customers() == ids
    assert company.last.changed == 0
    assert list((company.area / "ledger").glob("[!.]*")) == [night], "an idle night writes nothing"


@pytest.mark.parametrize("killed_in", ["write_ledger", "name_customers"])
def test_a_night_killed_and_repeated_gives_the_same_ids(killed_in: str, company, monkeypatch, tmp_path_factory) -> None:
    company.night([ANNA])
    untouched = tmp_path_factory.mktemp("untouched") / "home"
    shutil.copytree(company.home, untouched)
    with monkeypatch.context() as patch:
        patch.setattr(resolve, killed_in, lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            company.night([ANNA, ANNA_AT_WORK, BRIDGE])
    repeated = company.night([ANNA, ANNA_AT_WORK, BRIDGE]).customers()
    company.home = untouched
    assert company.night([ANNA, ANNA_AT_WORK, BRIDGE]).customers() == repeated


def test_the_ledger_says_who_changed_why_and_when(company) -> None:
    company.night([ANNA]).night([ANNA, {**ANNA, "contact_id": "crm:2"}])
    first, second = sorted((company.area / "ledger").glob("[!.]*"))
    assert pl.read_parquet(first / ledger.CHANGES)["contact_id"].to_list() == ["shop:1"]
    [change] = pl.read_parquet(second / ledger.CHANGES).to_dicts()
    assert (change["contact_id"], change["rule"], change["linked_to"]) == ("crm:2", "email", "shop:1")
    assert change["changed_at"] == datetime(2026, 11, 2, 2)


def test_half_written_nights_are_not_read(company) -> None:
    ids = company.night([ANNA]).customers()
    staged = company.area / "ledger" / ".staging" / "99990101T000000000000-half"
    staged.mkdir(parents=True)
    Path(staged / "records.parquet").write_bytes(b"half")
    assert company.night([ANNA]).customers() == ids


def test_many_nights_add_up_to_the_state_that_they_left(company) -> None:
    people = [{**ANNA, "contact_id": f"shop:{number}", "email": f"a{number}@mail.example"} for number in range(40)]
    company.night(people)
    for number in range(40, 60):
        people = [*people[1:], {**ANNA, "contact_id": f"shop:{number}", "email": f"a{number}@mail.example"}]
        company.night(people)
    whole = list((company.area / "ledger").glob("*/records.parquet"))
    assert len(whole) == ledger.WHOLE_STATES, "older whole states are forgotten, their changes are not"
    assert len(list((company.area / "ledger").glob(f"*/{ledger.CHANGES}"))) == 21
    with resolve.work_place() as connection:
        assert ledger.read_ledger(connection, company.area / "ledger") > 0, "the newest night wrote only its changes"
        kept = dict(connection.execute("select contact_id, customer_id from ledger_records").fetchall())
    assert kept == company.customers()
