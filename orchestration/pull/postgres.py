"""Tables of a PostgreSQL database: PostgreSQL itself writes each row as JSON, so that no value passes through a float,
a locale or a driver's idea of a type.

Stays out: which tables there are (their contracts, `ingest.pull`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from data_quality.contracts import SourceTable
from orchestration.pull.arrivals import Arrivals
from orchestration.pull.context import Pull
from orchestration.pull.endpoint import OVERLAP
from orchestration.pull.failures import CredentialsRefused, PullFailed

BATCH_ROWS = 5_000
CONNECT_SECONDS = 30


@dataclass(frozen=True)
class DatabaseTable:
    """One table to read; rows that were committed late are found by looking back over `overlap`."""

    declared: SourceTable
    overlap: timedelta = OVERLAP
    is_optional: bool = False

    @property
    def name(self) -> str:
        return self.declared.name

    @property
    def changed_at(self) -> str | None:
        """The database's own name of the column that says when a row has changed; None where all rows are read."""
        ingest = self.declared.ingest
        if ingest.load != "merge" or ingest.updated_at is None:
            return None
        return next(column.header for column in self.declared.columns if column.name == ingest.updated_at)


def database_tables(tables: list[SourceTable], source: str) -> tuple[DatabaseTable, ...]:
    return tuple(DatabaseTable(table) for table in tables if table.source == source and table.ingest.pull)


def land_table(table: DatabaseTable, pull: Pull, arrivals: Arrivals) -> None:
    """Lands the rows that have changed since the table's cursor, as one snapshot sees them. Raises PullFailed.

    `pull.client` is the connection string.
    """
    since = pull.start_of(table.name, table.overlap)
    try:
        with _connection(pull.client) as connection:
            # Times without a zone are compared and written in the zone that the contract reads them in.
            connection.execute("select set_config('TimeZone', %s, false)", [table.declared.ingest.timezone])
            (reached,) = connection.execute("select now()").fetchone()
            for batch in _rows(connection, table, since):
                arrivals.write(table.name, table.name, "ndjson", b"".join(batch), len(batch))
    except psycopg.Error as fault:
        raise _in_words(table.name, fault) from None
    pull.arrived(arrivals, table.name, reached.astimezone(UTC))


def _connection(dsn: str) -> psycopg.Connection:
    try:
        said = conninfo_to_dict(dsn)
    except psycopg.Error:
        # The fault quotes the string, and with it the password.
        raise PullFailed("the connection string cannot be read") from None
    connection = psycopg.connect(**{"connect_timeout": CONNECT_SECONDS, "application_name": "rapport", **said})
    connection.read_only = True
    # Batches of one pull must not see two states of the table.
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _rows(connection: psycopg.Connection, table: DatabaseTable, since: datetime | None) -> Iterator[list[bytes]]:
    """Batches of rows, each a line of JSON."""
    with connection.cursor(name="rapport_pull") as cursor:
        cursor.itersize = BATCH_ROWS
        cursor.execute(_query(table, since))
        while batch := cursor.fetchmany(BATCH_ROWS):
            # A json column keeps its line breaks, which stand between values, never in them.
            yield [text.replace("\n", " ").replace("\r", " ").encode() + b"\n" for (text,) in batch]


def _query(table: DatabaseTable, since: datetime | None) -> sql.Composed:
    declared = table.declared.ingest.pull
    if declared.query is not None:
        rows = sql.SQL("({})").format(sql.SQL(declared.query))
    else:
        rows = sql.Identifier(*declared.table.split("."))
    query = sql.SQL("select row_to_json(pulled)::text from {} as pulled").format(rows)
    if table.changed_at is None or since is None:
        return query
    # Who leaves the column empty has not said that nothing has changed.
    changed = sql.SQL(" where {at} >= {since} or {at} is null").format(
        at=sql.Identifier("pulled", table.changed_at), since=sql.Literal(since)
    )
    return query + changed


def _in_words(name: str, fault: psycopg.Error) -> PullFailed:
    words = fault.diag.message_primary or (str(fault).splitlines() or [type(fault).__name__])[0]
    if isinstance(fault, psycopg.OperationalError) and fault.sqlstate is None and "password" in str(fault).lower():
        return CredentialsRefused(f"{name}: {words}")
    return PullFailed(f"{name}: {words}")
