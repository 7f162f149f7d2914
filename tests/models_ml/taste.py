"""Which channel each customer likes, as the best-channel score reads it out of a known company's tickets.

Belongs here: the score, and the warehouse's own SQL before it, on tickets whose writers are known, without a night
around them. Stays out: who wrote what (identity), and what else shows a taste (calls and mails, which the twin does not
draw from it).
"""

from __future__ import annotations

import json
from dataclasses import replace

import duckdb
import jinja2
import polars as pl

from models_ml.contact_habits import CHANNEL, Windows, tell, train
from orchestration.project_vars import project_vars
from orchestration.settings import PROJECT_DIR
from tests.models_ml.known_truth import AS_OF, KnownTruth, spoilt_rows

_MACROS = ("contact", "time", "nps_score")
_MODEL = "models/features/ftr_own_contacts.sql"


def best_channels(truth: KnownTruth, **broken: float) -> pl.DataFrame:
    """(customer_id, channel, probability, channel_taste) of who is told a best channel; `broken` stands in for what the
    model has learned.
    """
    found = project_vars(PROJECT_DIR)
    contacts = _contacts(truth, found | {"as_of_date": AS_OF.isoformat()})
    trained = train(contacts, AS_OF, CHANNEL, Windows(found["affinity_days"], found["horizon_days"]))
    told = tell(replace(trained.model, **broken), contacts, AS_OF)
    best = told.filter(
        pl.col("probability") > found["clear_habit_probability"], pl.col("odds_ratio") > found["clear_habit_odds_ratio"]
    )
    return best.join(truth.customers.select("customer_id", "channel_taste"), on="customer_id")


def _contacts(truth: KnownTruth, found: dict) -> pl.DataFrame:
    text = "\n".join((PROJECT_DIR / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in _MACROS)
    model = jinja2.Environment().from_string(text + (PROJECT_DIR / _MODEL).read_text(encoding="utf-8"))
    interactions = _interactions(truth)
    with duckdb.connect() as connection:
        connection.register("fct_interactions", interactions.to_arrow())
        zones = interactions.select("customer_id", contact_timezone=pl.lit("UTC")).unique()
        connection.register("agg_customer_contacts", zones.to_arrow())
        return connection.sql(model.render(ref=str, var=found.__getitem__)).pl()


def _interactions(truth: KnownTruth) -> pl.DataFrame:
    """The tickets as rows of fct_interactions, with the columns that tell a channel."""
    names = pl.read_parquet(truth.home / "truth" / "identities.parquet").filter(source="zendesk")
    lines = (truth.home / "landing" / "zendesk" / "tickets.ndjson").read_text(encoding="utf-8").splitlines()
    spoilt = spoilt_rows(truth.home, "zendesk/tickets.ndjson")
    tickets = [json.loads(line)["ticket"] for number, line in enumerate(lines, 1) if number not in spoilt]
    rows = pl.DataFrame(
        {
            "record_id": [str(ticket["requester_id"]) for ticket in tickets],
            "detail": [ticket["via"]["channel"] for ticket in tickets],
            "occurred_at": [ticket["created_at"] for ticket in tickets],
        }
    )
    at = pl.col("occurred_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ")
    return rows.join(names, on="record_id").select(
        "detail",
        occurred_at=at,
        occurred_date=at.dt.date(),
        customer_id="person_id",
        interaction_type=pl.lit("ticket_created"),
        direction=pl.lit("inbound"),
        channel=pl.lit("helpdesk"),
    )
