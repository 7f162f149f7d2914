"""Planted second records and strangers: they are in the exports, and the truth says who they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from orchestration.twin.doubles import DOUBLES, TRAPS
from orchestration.twin.parameters import DEFAULT


@pytest.fixture(scope="module")
def doubled(make_twin):
    return make_twin(2_000, 5, parameters=replace(DEFAULT, double_share=0.12, trap_share=0.05))


def test_the_demo_plants_none(twin) -> None:
    assert set(twin.truth("identities")["kind"]) == {""}


def test_every_kind_is_planted_in_the_share_asked_for(doubled) -> None:
    kinds = Counter(doubled.truth("identities").unique(["source", "record_id"])["kind"])
    assert set(kinds) == {"", *DOUBLES, *TRAPS}
    assert sum(kinds[kind] for kind in DOUBLES) == pytest.approx(0.12 * 2_000, rel=0.15)


def test_a_double_is_the_person_it_copies_and_a_trap_is_nobody_else(doubled) -> None:
    people = doubled.truth("customers")["person_id"].to_list()
    identities = doubled.truth("identities")
    assert set(identities.filter(pl.col("kind").is_in(DOUBLES))["person_id"]) <= set(people)
    assert not set(identities.filter(pl.col("kind").is_in(TRAPS))["person_id"]) & set(people)


def test_doubles_take_orders_and_tickets_with_them_and_none_is_lost(doubled, make_twin) -> None:
    alone = make_twin(2_000, 5)
    assert len(doubled.order_lines()) == len(alone.order_lines())
    assert doubled.summary.rows["zendesk.tickets"] == alone.summary.rows["zendesk.tickets"]
    buyers = {row["Email"] for row in doubled.order_lines()}
    assert len(buyers) > len({row["Email"] for row in alone.order_lines()})


def test_a_shared_mailbox_is_that_of_somebody_with_another_name(doubled) -> None:
    identities = doubled.truth("identities")
    shared = identities.filter(pl.col("kind") == "shared_mailbox")
    owners = identities.filter(pl.col("kind") == "").unique("email_md5").select("email_md5", owner="person_id")
    both = shared.join(owners, on="email_md5")
    assert len(both) > 5
    assert (both["person_id"] != both["owner"]).all()
