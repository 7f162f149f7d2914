"""The generated world behaves as its parameters say: seasons, buying till dropping out, causes of leaving."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pytest

from orchestration.twin.lives import live
from orchestration.twin.marketing import plan_campaigns
from orchestration.twin.parameters import DEFAULT, Parameters
from orchestration.twin.people import draw_people, name_company
from orchestration.twin.purchases import departures, purchases
from orchestration.twin.streams import stream
from orchestration.twin.timeline import Timeline, season_of

AS_OF = date(2026, 11, 1)


def world(parameters: Parameters, size: int):
    timeline = Timeline(AS_OF, parameters)
    campaigns = plan_campaigns(timeline, parameters)
    people, _ = draw_people(0, 0, size, timeline, parameters, stream(5, 0, "people"))
    return people, live(people, campaigns, timeline, parameters, 5, 0), campaigns, timeline


@pytest.fixture(scope="module")
def large():
    return world(DEFAULT, 15_000)


def test_the_season_peaks_before_christmas_dips_in_summer_and_means_one():
    days = np.arange(1, 366)
    season = season_of(days.tolist(), DEFAULT)
    assert season.mean() == pytest.approx(1.0)
    assert days[season.argmax()] == 339
    assert days[season.argmin()] == 206
    assert season[304:365].mean() > 1.4 > 0.8 > season[181:243].mean()


def test_orders_show_the_season(large):
    people, lives, _, timeline = large
    week = (lives.order_day // 7).astype(int)
    repeat = lives.order_day > people.acquired_day[lives.order_person]
    orders = np.bincount(week[repeat], minlength=timeline.weeks)
    customers = np.array(
        [
            (people.is_shopper & (people.acquired_day < 7 * w) & (lives.dropped_out_day > 7 * w)).sum()
            for w in range(timeline.weeks)
        ]
    )
    years = slice(52, 156)
    rate = orders[years] / customers[years]
    assert np.corrcoef(rate, timeline.season[years])[0, 1] > 0.9
    busy, quiet = timeline.season[years] > 1.5, timeline.season[years] < 0.85
    assert rate[busy].mean() / rate[quiet].mean() > 1.8


def test_purchases_stop_with_the_dropout_and_start_with_the_acquisition(large):
    people, lives, _, _ = large
    assert (lives.order_day < lives.dropped_out_day[lives.order_person]).all()
    first = np.full(len(people), np.inf)
    np.minimum.at(first, lives.order_person, lives.order_day)
    assert (first[people.is_shopper] == people.acquired_day[people.is_shopper]).all()
    assert np.isinf(first[~people.is_shopper]).all()


def test_a_week_of_buying_is_poisson_and_leaving_exponential():
    rng = np.random.default_rng(1)
    start = np.zeros(200_000)
    who, day = purchases(np.full(200_000, 0.1), start, start + 5.0, rng)
    count = np.bincount(who, minlength=200_000)
    assert count.mean() == pytest.approx(0.5, abs=0.01)
    assert count.var() == pytest.approx(0.5, abs=0.01)
    assert 0.0 <= day.min() < day.max() < 5.0
    gone = departures(np.full(200_000, 0.1), start, 7.0, rng)
    assert np.isfinite(gone).mean() == pytest.approx(1 - np.exp(-0.7), abs=0.005)
    assert not np.isfinite(departures(np.zeros(9), start[:9], 7.0, rng)).any()


def test_buyers_differ_as_the_gamma_says(large):
    people, *_ = large
    rate = people.purchase_rate[people.is_shopper] * 365
    assert rate.mean() == pytest.approx(DEFAULT.purchase_rate, rel=0.04)
    assert rate.mean() ** 2 / rate.var() == pytest.approx(DEFAULT.purchase_shape, rel=0.1)


def left_within(days: float, since: float, lives, people, who: np.ndarray) -> float:
    here = who[people.is_shopper[who] & (people.acquired_day[who] < since) & (lives.dropped_out_day[who] > since)]
    return float((lives.dropped_out_day[here] < since + days).mean())


def test_the_annoying_campaign_drives_recipients_away_and_newsletters_do_not(large):
    people, lives, _, _ = large
    extra = {}
    for mailing in lives.mailings:
        since = (mailing.campaign.week + 1) * 7.0
        extra.setdefault(mailing.campaign.kind, []).append(
            left_within(84, since, lives, people, mailing.person)
            - left_within(84, since, lives, people, mailing.held_out)
        )
    assert len(extra["annoys"]) == 1
    assert extra["annoys"][0] > 0.08
    assert abs(np.mean(extra["nothing"])) < 0.02
    assert abs(np.mean(extra["helps"])) < 0.02


def test_helping_campaigns_sell_more_for_three_weeks_and_newsletters_nothing(large):
    people, lives, _, _ = large

    def rate(who: np.ndarray, start: float, stop: float) -> float:
        here = np.zeros(len(people), bool)
        here[who] = True
        here &= people.is_shopper & (lives.dropped_out_day > start) & (people.acquired_day < start)
        bought = here[lives.order_person] & (lives.order_day >= start) & (lives.order_day < stop)
        return bought.sum() / here.sum()

    def lift(kind: str, first: int, last: int) -> float:
        chosen = [m for m in lives.mailings if m.campaign.kind == kind and 60 < m.campaign.week < 200]
        spans = [(m, (m.campaign.week + first) * 7.0, (m.campaign.week + last) * 7.0) for m in chosen]
        return sum(rate(m.person, *span) for m, *span in spans) / sum(rate(m.held_out, *span) for m, *span in spans)

    assert 1.25 < lift("helps", 1, 4) < 1.75
    assert 0.85 < lift("nothing", 1, 4) < 1.15


def test_bad_service_costs_customers_and_the_liked_channel_keeps_them(large):
    _, lives, _, timeline = large
    tickets = lives.tickets
    felt = tickets.day + np.minimum(tickets.solve_hours / 24.0, 7.0)
    since = (np.floor(felt / 7) + 1) * 7

    def share_left(chosen: np.ndarray) -> float:
        person, start = tickets.person[chosen], since[chosen]
        here = lives.dropped_out_day[person] > start
        return float((lives.dropped_out_day[person] < start + 91)[here].mean())

    past = tickets.day < timeline.as_of_day
    assert share_left(past & tickets.is_unhappy) > 1.6 * share_left(past & ~tickets.is_unhappy)
    neglected = np.isinf(tickets.solve_hours)
    assert share_left(past & neglected) > 1.6 * share_left(past & ~neglected)
    matched, missed = past & tickets.is_matched, past & ~tickets.is_matched
    assert share_left(missed) > 1.2 * share_left(matched)


def test_without_effects_the_gap_between_recipients_and_held_out_people_vanishes():
    """The check above stops a world in which the annoying campaign annoys nobody."""
    people, lives, _, _ = world(dataclasses.replace(DEFAULT, annoying_dropout=1.0), 15_000)
    annoying = next(mailing for mailing in lives.mailings if mailing.campaign.kind == "annoys")
    since = (annoying.campaign.week + 1) * 7.0
    gap = left_within(84, since, lives, people, annoying.person) - left_within(
        84, since, lives, people, annoying.held_out
    )
    assert gap < 0.04


def test_instants_keep_their_order_and_their_day():
    timeline = Timeline(AS_OF, DEFAULT)
    day = np.sort(np.random.default_rng(2).random(5_000) * 3)
    epoch = timeline.epoch(day)
    assert (np.diff(epoch) >= 0).all()
    assert ((epoch - timeline.start_epoch) // 86_400 == np.floor(day)).all()
    before = timeline.epoch(np.array([np.nextafter(timeline.as_of_day, 0)]))
    assert before[0] < timeline.as_of_epoch == timeline.epoch(np.array([timeline.as_of_day]))[0]


def test_company_names_do_not_repeat_up_to_five_million_customers():
    names = {name_company(block * 1_000 + position)[0] for block in range(250) for position in range(800)}
    assert len(names) == 250 * 800
