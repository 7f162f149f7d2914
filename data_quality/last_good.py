"""The last good values of a score that is withheld tonight: carried from release to release, each row with its day.

Belongs here: which rows are carried, from where, for how long. They lie in `last_good.<score>` of a release, in the
columns of `scores.<score>`, which stays empty: segments, drift and every other comparison read only that one.
Stays out: whether a score is withheld (its model card says so), copying (staging.py), how pages show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from data_quality.release import Release, quoted

SCHEMA = "last_good"


@dataclass(frozen=True)
class Subjects:
    """Whom the rows of a score are about: their `key`, and tonight's rows of a mart that still hold them.

    In `where`, `told` is the row that would be carried.
    """

    key: str
    mart: str
    where: str = "true"
    most_days: int = 90
    """How far the score looks ahead: after that, nothing of what it said is still to come."""


_CUSTOMERS = Subjects("customer_id", "marts.dim_customers")
SUBJECTS = {
    "churn": _CUSTOMERS,
    "next_purchase": _CUSTOMERS,
    "lifetime_value": _CUSTOMERS,
    "next_items": Subjects("customer_id", "marts.dim_customers", "last_order_date < told.as_of_date"),
    "subscription_churn": Subjects("customer_id", "marts.fct_subscriptions", "is_running"),
    "deal_win": Subjects("opportunity_id", "marts.fct_opportunities", "NOT is_closed"),
    "lead_conversion": Subjects("lead_id", "marts.fct_leads", "is_open"),
    "ticket_escalation": Subjects("ticket_id", "marts.fct_tickets", "is_open", most_days=14),
}
"""By score. Who was erased stands in no mart any more, nor does an id that was merged into another; of a deal that has
ended no chance is left to tell, and of who has ordered since, the next order is over. Value looks a year ahead, but a
company changes within a quarter. A best channel or hour is not carried: what failed where it is withheld is the habit.
"""


def carried(con: duckdb.DuckDBPyConnection, before: Release | None, as_of_date: date) -> dict[str, str]:
    """By score that is withheld tonight and was not always, the SELECT of its last good rows.

    `con` has tonight's build attached as `build`; `before`, which readers have now, is attached as `before` and stays.
    Rows of its own night are taken, else those that it carries itself; none of a day after `as_of_date`, none where it
    lacks a column of tonight's (an earlier version made it).
    """
    if before is None:
        return {}
    con.execute(f"ATTACH {quoted(before.file)} AS before (READ_ONLY)")
    selects = {}
    for score in _withheld(con):
        about = SUBJECTS[score]
        columns = _columns(con, "build", "scores", score)
        if not columns or not _columns(con, "build", *about.mart.split(".")):
            continue  # the audit names what is missing
        for schema in ("scores", SCHEMA):
            if not set(columns) <= set(_columns(con, "before", schema, score)):
                continue
            rows = (
                f"SELECT {', '.join(columns)} FROM before.{schema}.{score} AS told "
                f"WHERE {about.key} IN (SELECT {about.key} FROM build.{about.mart} WHERE {about.where}) "
                f"AND as_of_date > DATE '{as_of_date}' - {about.most_days} AND as_of_date <= DATE '{as_of_date}'"
            )
            if con.execute(f"SELECT count(*) FROM ({rows})").fetchone()[0]:
                selects[score] = rows
                break
    return selects


def _withheld(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Of the scores that are carried, those whose card says that they are withheld tonight."""
    if not _columns(con, "build", "scores", "model_cards"):
        return []
    cards = con.execute("SELECT score_name FROM build.scores.model_cards WHERE NOT is_published ORDER BY ALL")
    return [score for (score,) in cards.fetchall() if score in SUBJECTS]


def _columns(con: duckdb.DuckDBPyConnection, catalogue: str, schema: str, table: str) -> list[str]:
    """The columns of a table in their order; none where there is no such table."""
    found = con.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND schema_name = ? AND table_name = ? "
        "ORDER BY column_index",
        [catalogue, schema, table],
    ).fetchall()
    return [column for (column,) in found]
