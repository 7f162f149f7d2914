"""A SQLAlchemy dialect for DuckDB on which Great Expectations works.

Great Expectations closes the connection before it fetches, and duckdb-engine has one cursor per connection, so every
result would be lost (`list index out of range`; Great Expectations issues 11579 and 10738). Here each statement's rows
are fetched as soon as it has run. Belongs here: that mend. Stays out: checks (suites) and running them (gate).
"""

from __future__ import annotations

from duckdb_engine import Dialect
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy


class BufferedContext(PGExecutionContext_psycopg2):
    """Holds the rows itself once a statement has run."""

    def post_exec(self) -> None:
        super().post_exec()
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, alternate_description=self.cursor.description
            )


class BufferedDialect(Dialect):
    """`duckdb+buffered://`: duckdb-engine with results that outlive their connection."""

    execution_ctx_cls = BufferedContext
    supports_statement_cache = False
