"""The known truth behind the exports, written apart: nothing under landing/ is derived from these files.

Belongs here: the files of truth/, their words, and what only the whole estate knows (campaign effects).
Stays out: computing the rows of a block (truth_tables) and the exports (writers).
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from orchestration.twin.catalogue import COMPANION, PRODUCTS, SKUS
from orchestration.twin.dirt import Dirt
from orchestration.twin.lives import Lives
from orchestration.twin.marketing import Campaign
from orchestration.twin.parameters import Parameters
from orchestration.twin.timeline import WEEK_DAYS, Timeline

README = """GENERATED DATA. The company and everybody in it are invented; see GENERATED_DATA.txt.

What was true when these exports were generated. Never an input of the warehouse; for benchmarks and tests only.
Times are UTC. "As of" is the first day not seen by the exports.

identities.parquet          who each exported person record is: (source, record_id) -> person_id. record_id is the
                            vendor's id, Shopify's without the apostrophe; for mailchimp, nps_survey and boxes it is the
                            MD5 of the lower-case, trimmed address, which email_md5 holds for every record.
                            Second entries in HubSpot have rows of their own. kind: empty, or what a planted second
                            record (typo, other_name, moved, second_email, swapped) or a planted stranger is (family,
                            shared_mailbox, role_address, recycled_email, namesake).
customers.parquet           one row per person. purchase_rate and dropout_rate: per year, before season and effects;
                            *_multiplier: what tickets and campaigns make of them in the week of the as-of date.
                            mean_basket: dollars of goods that an order aims at on average, before discount, tax and
                            shipping; orders come out a seventh larger, as a line has one piece at least.
                            is_alive: a customer who has not dropped out before the as-of date. orders_next_N: orders
                            in [as of, as of + N days), cancelled ones left out; purchase_days_next_N: days with one;
                            spend_next_N: their totals (tax and shipping included) less refunds, in dollars.
tickets.parquet             what each ticket is about, whatever its tag says (some have none, a few a wrong one), its
                            language, and whether it left the customer unhappy, whether or not they rated it.
subscriptions.parquet       every stretch of a monthly box that began before the as-of date: its plan, and its true end,
                            also where it lies ahead (null: not within a year); is_cancelled: the customer ended it, and
                            not just changed the size.
future_orders.parquet       those orders of the next 365 days, one by one.
campaign_effects.parquet    what each campaign does to its recipients' rates, for effect_days from the next week on,
                            by channel taste, and what that is expected to have come to in orders and dropouts.
                            second_subject_open: what a second subject line, the version B that half of the recipients
                            got, makes of the chance that a mail is opened; 1 where there was one line.
campaign_holdouts.parquet   members of the list who were left out of a campaign at random.
product_companions.parquet  which product calls for which on the next order, and how often.
dirt.parquet                planted rows: file, row_number (1-based data record), record_id, kind, expected_fate
                            (quarantined, duplicate or late).
parameters.json             every number that shaped the company, with seed, size and as-of date.
"""
_HOLDOUTS = {"campaign_id": pl.String, "person_id": pl.String}
_DIRT = {
    "file": pl.String,
    "row_number": pl.Int64,
    "record_id": pl.String,
    "kind": pl.String,
    "detail": pl.String,
    "expected_fate": pl.String,
}


class TruthWriter:
    """Streams blocks into Parquet files, one row group a block."""

    def __init__(self, folder: Path, timeline: Timeline) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._timeline = folder, timeline
        self._files: dict[str, pq.ParquetWriter] = {}
        self._recipients: Counter[int] = Counter()
        self._held_out: Counter[int] = Counter()
        self._extra_orders: Counter[int] = Counter()
        self._extra_dropouts: Counter[int] = Counter()

    def append(self, name: str, frame: pl.DataFrame) -> None:
        """Add a block's rows to `<name>.parquet`."""
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if name not in self._files:
            self._files[name] = pq.ParquetWriter(self._folder / f"{name}.parquet", table.schema, compression="zstd")
        self._files[name].write_table(table)

    def append_dirt(self, dirt: list[Dirt]) -> None:
        self.append("dirt", pl.DataFrame([dataclasses.asdict(row) for row in dirt], schema=_DIRT))

    def append_mailings(self, lives: Lives, person_id: pl.Series) -> None:
        """Add held-out members, and count what campaigns did; `person_id` names the people of the block."""
        parts = [pl.DataFrame(schema=_HOLDOUTS)]
        for mailing in lives.mailings:
            campaign = mailing.campaign
            if campaign.day >= self._timeline.as_of_day:
                continue
            self._recipients[campaign.number] += len(mailing.person)
            self._held_out[campaign.number] += len(mailing.held_out)
            held_out = pl.DataFrame({"person_id": person_id.gather(mailing.held_out)})
            parts.append(held_out.select(pl.lit(campaign.campaign_id).alias("campaign_id"), "person_id"))
        self._extra_orders.update(lives.extra_orders)
        self._extra_dropouts.update(lives.extra_dropouts)
        self.append("campaign_holdouts", pl.concat(parts))

    def close(self, campaigns: list[Campaign], customers: int, seed: int, parameters: Parameters) -> None:
        """Write what only the whole knows, and the words that explain it all."""
        for file in self._files.values():
            file.close()
        self._campaign_effects(campaigns, parameters).write_parquet(self._folder / "campaign_effects.parquet")
        _companions(parameters).write_parquet(self._folder / "product_companions.parquet")
        said = {"generated_data": True, "customers": customers, "as_of_date": self._timeline.as_of.isoformat(),
                "seed": seed, **dataclasses.asdict(parameters)}  # fmt: skip
        (self._folder / "parameters.json").write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
        (self._folder / "README.txt").write_text(README, encoding="utf-8")

    def _campaign_effects(self, campaigns: list[Campaign], parameters: Parameters) -> pl.DataFrame:
        liking, other = parameters.email_taste_strength, parameters.other_taste_strength
        return pl.DataFrame(
            [
                {
                    "campaign_id": campaign.campaign_id,
                    "title": campaign.title,
                    "kind": campaign.kind,
                    "effect_days": WEEK_DAYS * campaign.effect_weeks,
                    "purchase_multiplier_email_taste": campaign.purchase**liking,
                    "purchase_multiplier_other": campaign.purchase**other,
                    "dropout_multiplier_email_taste": campaign.dropout**liking,
                    "dropout_multiplier_other": campaign.dropout**other,
                    "second_subject_open": campaign.second_subject_open,
                    "count_recipients": self._recipients[campaign.number],
                    "count_held_out": self._held_out[campaign.number],
                    "expected_extra_orders": float(self._extra_orders[campaign.number]),
                    "expected_extra_dropouts": float(self._extra_dropouts[campaign.number]),
                }
                for campaign in campaigns
                if campaign.day < self._timeline.as_of_day
            ]
        )


def _companions(parameters: Parameters) -> pl.DataFrame:
    first = np.flatnonzero(COMPANION >= 0).tolist()
    return pl.DataFrame(
        {
            "sku": [SKUS[product] for product in first],
            "product_name": [PRODUCTS[product].name for product in first],
            "next_sku": [SKUS[COMPANION[product]] for product in first],
            "next_product_name": [PRODUCTS[product].companion for product in first],
            "probability": [parameters.follow_up_probability] * len(first),
        }
    )
