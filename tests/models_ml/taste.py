"""Which channel each customer likes, as the warehouse's own SQL reads it out of a known company's tickets.

Belongs here: one model of the warehouse on tickets whose writers are known, without a night around it. Stays out: who
wrote what (identity), and what else shows a taste (calls and mails, which the twin does not draw from it).
"""

from __future__ import annotations

import json

import duckdb
import jinja2
import polars as pl

from orchestration.project_vars import project_vars
from orchestration.settings import PROJECT_DIR
from tests.models_ml.known_truth import AS_OF, KnownTruth, spoilt_rows

_MACROS = ("contact", "time", "nps_score")
_MODEL = "models/marts/agg_customer_channels.sql"


def best_channels(truth: KnownTruth, **other_vars: object) -> pl.DataFrame:
    """(customer_id, channel, count_own_contacts, affinity, channel_taste) of who has a channel that is likelier than
    all others together; `other_vars` stand in for those of dbt_project.yml.
    """
    found = project_vars(PROJECT_DIR) | {"as_of_date": AS_OF.isoformat()} | other_vars
    text = "\n".join((PROJECT_DIR / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in _MACROS)
    model = jinja2.Environment().from_string(text + (PROJECT_DIR / _MODEL).read_text(encoding="utf-8"))
    with duckdb.connect() as connection:
        connection.register("fct_interactions", _interactions(truth).to_arrow())
        channels = connection.sql(model.render(ref=str, var=found.__getitem__)).pl()
    best = channels.filter(pl.col("channel_rank").is_not_null(), pl.col("affinity") > 0.5)
    return best.join(truth.customers.select("customer_id", "channel_taste"), on="customer_id")


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
            "occurred_date": [ticket["created_at"][:10] for ticket in tickets],
        }
    )
    return rows.join(names, on="record_id").select(
        "detail",
        pl.col("occurred_date").str.to_date(),
        customer_id="person_id",
        interaction_type=pl.lit("ticket_created"),
        direction=pl.lit("inbound"),
        channel=pl.lit("helpdesk"),
    )
