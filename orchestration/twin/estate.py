"""The demo twin's one door: generate the exports of an invented company, and the truth behind them.

Belongs here: walking the blocks, putting finished folders in place, the label that marks a home as generated.
Stays out: what is generated (the other modules of this package). Memory holds one block, whatever the size.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from orchestration.twin import identifiers, truth_tables
from orchestration.twin.baskets import fill_baskets
from orchestration.twin.doubles import draw_doubles
from orchestration.twin.lives import live
from orchestration.twin.marketing import plan_campaigns
from orchestration.twin.parameters import DEFAULT, Parameters
from orchestration.twin.people import draw_people
from orchestration.twin.sales import draw_activities, draw_deals
from orchestration.twin.streams import stream
from orchestration.twin.subscriptions import draw_subscriptions
from orchestration.twin.surveys import ask_people
from orchestration.twin.timeline import Timeline
from orchestration.twin.truth import TruthWriter
from orchestration.twin.writers.hubspot import HubspotWriter
from orchestration.twin.writers.mailchimp import MailchimpWriter
from orchestration.twin.writers.nps_survey import SurveyWriter
from orchestration.twin.writers.own_lists import OwnListsWriter
from orchestration.twin.writers.shopify import ShopifyWriter
from orchestration.twin.writers.zendesk import ZendeskWriter

LABEL = "GENERATED_DATA.txt"
"""A home that holds this file holds generated data, and nothing else does."""
SOURCES = ("hubspot", "zendesk", "shopify", "mailchimp", "nps_survey", "generic")
LARGEST = 5_000_000
_PARTIAL = ".twin.partial"
_LABEL_TEXT = """GENERATED DATA

Everything under landing/ and truth/ in this folder was generated. The company Fernhollow, its customers, their names,
addresses and messages are invented; any likeness is chance. Figures computed from them say nothing about any company.

customers: {customers}
as-of date (first day not seen): {as_of}
seed: {seed}
"""


class TwinError(ValueError):
    """The twin cannot be generated as asked; the message says why and what to change."""


@dataclass(frozen=True)
class TwinSummary:
    """What was generated: data rows by `source.table`, and how many planted rows have which expected fate."""

    home: Path
    customers: int
    as_of: date
    seed: int
    rows: dict[str, int]
    dirt: dict[str, int]


def generate(
    home: Path,
    customers: int,
    as_of: date,
    seed: int,
    on_progress: Callable[[str], None] | None = None,
    parameters: Parameters = DEFAULT,
) -> TwinSummary:
    """Write landing/<source>/ and truth/ of an invented company under `home`, replacing an earlier twin.

    Equal arguments give equal bytes; a full block of people does not depend on how many follow.
    Raises TwinError for sizes out of range and for a home that holds exports without the generated-data label.
    """
    _check(home, customers, seed)
    home.mkdir(parents=True, exist_ok=True)
    (home / LABEL).write_text(_LABEL_TEXT.format(customers=customers, as_of=as_of, seed=seed), encoding="utf-8")
    partial = home / _PARTIAL
    shutil.rmtree(partial, ignore_errors=True)
    rows, dirt = _write(partial, customers, as_of, seed, on_progress or (lambda message: None), parameters)
    _put_in_place(partial, home)
    return TwinSummary(home, customers, as_of, seed, rows, dirt)


def _check(home: Path, customers: int, seed: int) -> None:
    if not 1 <= customers <= LARGEST:
        raise TwinError(f"customers is {customers}; the twin has between 1 and {LARGEST:,}")
    if seed < 0:
        raise TwinError(f"seed is {seed}; it must be 0 or more")
    landing = home / "landing"
    if not (home / LABEL).exists() and landing.is_dir() and any(path.is_file() for path in landing.rglob("*")):
        raise TwinError(f"{landing} holds exports that are not labelled as generated; choose an empty home")


def _write(
    folder: Path,
    customers: int,
    as_of: date,
    seed: int,
    on_progress: Callable[[str], None],
    parameters: Parameters,
) -> tuple[dict[str, int], dict[str, int]]:
    timeline = Timeline(as_of, parameters)
    campaigns = plan_campaigns(timeline, parameters)
    landing = folder / "landing"
    hubspot = HubspotWriter(landing, timeline, parameters)
    zendesk = ZendeskWriter(landing, timeline, parameters)
    shopify = ShopifyWriter(landing, timeline, parameters)
    mailchimp = MailchimpWriter(landing, campaigns, timeline, parameters)
    survey = SurveyWriter(landing, timeline, parameters)
    own_lists = OwnListsWriter(landing, campaigns, timeline)
    truth = TruthWriter(folder / "truth", timeline)
    fates: Counter[str] = Counter()

    for block, first in enumerate(range(0, customers, parameters.block_size)):
        size = min(parameters.block_size, customers - first)

        def topic(name: str, block: int = block):
            return stream(seed, block, name)

        people, companies = draw_people(block, first, size, timeline, parameters, topic("people"))
        lives = live(people, campaigns, timeline, parameters, seed, block)
        orders = fill_baskets(lives, people, timeline, parameters, topic("baskets"))
        answers = ask_people(lives, people, timeline, parameters, topic("surveys"))
        subscriptions = draw_subscriptions(lives, people, timeline, parameters, topic("subscriptions"))
        deals = draw_deals(people, companies, timeline, parameters, topic("deals"))
        activities = draw_activities(people, companies, deals, timeline, parameters, topic("activities"))

        doubles = draw_doubles(people, lives.tickets, timeline, parameters, topic("doubles"))
        everyone, tickets = doubles.everyone, doubles.tickets(lives.tickets)

        dirt, second_entries = hubspot.write(block, everyone, companies, deals, activities, topic("hubspot"))
        dirt += zendesk.write(block, tickets, everyone, companies, topic("zendesk"))
        dirt += shopify.write(block, doubles.orders(orders), everyone, companies, lives, topic("shopify"))
        dirt += mailchimp.write(lives, people, topic("mailchimp"))
        dirt += survey.write(block, answers, people, topic("survey answers"))
        own_lists.write(block, subscriptions, people)
        fates.update(row.expected_fate for row in dirt)

        future = truth_tables.future_orders(people, orders, timeline)
        truth.append(
            "identities", truth_tables.identities(doubles, tickets, answers, subscriptions, second_entries, timeline)
        )
        truth.append("customers", truth_tables.customers(people, companies, lives, orders, future, timeline))
        truth.append("tickets", truth_tables.tickets(block, tickets, everyone, timeline))
        truth.append("subscriptions", truth_tables.subscriptions(block, subscriptions, people, timeline))
        truth.append("future_orders", future.select("person_id", "ordered_at", "spend_amount"))
        truth.append_mailings(lives, pl.Series(identifiers.person_ids(people.number), dtype=pl.String))
        truth.append_dirt(dirt)
        on_progress(f"generated {first + size:,} of {customers:,} customers")

    truth.close(campaigns, customers, seed, parameters)
    rows: dict[str, int] = {}
    for writer in (hubspot, zendesk, shopify, mailchimp, survey, own_lists):
        rows |= writer.close()
    return rows, dict(fates)


def _put_in_place(partial: Path, home: Path) -> None:
    """Swap finished folders in, so that a reader never meets a half-written export."""
    (home / "landing").mkdir(exist_ok=True)
    for name in (*(f"landing/{source}" for source in SOURCES), "truth"):
        shutil.rmtree(home / name, ignore_errors=True)
        (partial / name).rename(home / name)
    shutil.rmtree(partial)
