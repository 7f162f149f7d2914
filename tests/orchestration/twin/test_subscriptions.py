"""The monthly box: one at a time for each person, ends told once they are known, grievances that make people leave."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from orchestration.twin.lives import live
from orchestration.twin.marketing import plan_campaigns
from orchestration.twin.parameters import DEFAULT
from orchestration.twin.people import draw_people
from orchestration.twin.streams import stream
from orchestration.twin.subscriptions import MONTH_DAYS, draw_subscriptions
from orchestration.twin.timeline import Timeline

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_nobody_has_two_boxes_at_once_and_a_change_of_size_leaves_no_gap(twin) -> None:
    by_person = defaultdict(list)
    for row in twin.rows("generic/subscriptions.csv"):
        by_person[row["email"]].append(row)
    assert len(by_person) > 30
    changes = 0
    for rows in by_person.values():
        for earlier, later in pairwise(sorted(rows, key=lambda row: row["started_at"])):
            assert earlier["ended_at"] <= later["started_at"]
            if not earlier["cancelled_at"]:
                changes += 1
                assert earlier["ended_at"] == later["started_at"]
                assert earlier["product_name"] != later["product_name"]
    assert changes


def test_an_end_to_come_is_listed_only_after_notice_and_the_truth_knows_it(twin) -> None:
    truth = {row["subscription_id"]: row for row in twin.truth("subscriptions").to_dicts()}
    listed = {row["subscription_id"]: row for row in twin.rows("generic/subscriptions.csv")}
    assert listed.keys() == truth.keys()
    for number, row in listed.items():
        true_end = truth[number]["ended_at"]
        if row["ended_at"]:
            assert instant(row["ended_at"]) == true_end.replace(tzinfo=UTC)
            assert instant(row["ended_at"]) < AS_OF or row["cancelled_at"], "nobody knows of an end without notice"
        else:
            assert true_end is None or true_end.replace(tzinfo=UTC) >= AS_OF
    assert any(row["ended_at"] and instant(row["ended_at"]) >= AS_OF for row in listed.values())
    assert any(truth[number]["ended_at"] and not row["ended_at"] for number, row in listed.items())


@pytest.fixture(scope="module")
def world():
    timeline = Timeline(AS_OF.date(), DEFAULT)
    people, _ = draw_people(0, 0, 20_000, timeline, DEFAULT, stream(1, 0, "people"))
    lives = live(people, plan_campaigns(timeline, DEFAULT), timeline, DEFAULT, 1, 0)
    return lives, people, timeline


def share_that_leaves(world, log_dropout: float) -> float:
    """Share of boxes that are given up within three months of their start, with this on everybody's mind."""
    lives, people, timeline = world
    lives.log_dropout[:] = log_dropout
    boxes = draw_subscriptions(lives, people, timeline, DEFAULT, stream(1, 0, "subscriptions"))
    early = (boxes.end_day - boxes.start_day < 3.5 * MONTH_DAYS) & np.isfinite(boxes.notice_day)
    return float(early.mean())


def test_what_annoys_people_ends_boxes(world) -> None:
    calm, annoyed = share_that_leaves(world, 0.0), share_that_leaves(world, np.log(2.5))
    assert annoyed > 1.4 * calm


def test_the_share_of_subscribers_is_the_parameter(world) -> None:
    lives, people, timeline = world
    boxes = draw_subscriptions(lives, people, timeline, DEFAULT, stream(1, 0, "subscriptions"))
    shoppers = int(people.is_shopper.sum())
    # Some drop out of the shop before they would have begun.
    assert 0.5 * DEFAULT.subscriber_share < pl.Series(boxes.person).n_unique() / shoppers < DEFAULT.subscriber_share
