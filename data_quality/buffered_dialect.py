"""A SQLAlchemy dialect for DuckDB on which Great Expectations works.

Great Expectations closes the connection before it fetches, and duckdb-engine has one cursor per connection, so every
result would be lost (`list index out of range`; Great Expectations issues 11579 and 10738). Here each statement's rows
are fetched as soon as it has run. And duckdb-engine asks Postgres' catalogue which columns a table has, which takes
DuckDB longer than all the checks of a table; here DuckDB is asked itself.
Belongs here: these mends. Stays out: checks (suites) and running them (gate).
"""

from __future__ import annotations

from typing import Any

from duckdb_engine import Dialect
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.types import NullType


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

    def get_columns(self, connection: Connection, table_name: str, schema: str | None = None, **_: Any) -> list[dict]:
        """The columns in their order. No type: which type a value has is the load's business, and no check asks."""
        described = connection.exec_driver_sql(f"DESCRIBE {self.identifier_preparer.quote(table_name)}")
        return [{"name": row[0], "type": NullType(), "nullable": True, "default": None} for row in described]

    def get_pk_constraint(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> dict[str, Any]:
        """None: every door is a view."""
        return {"constrained_columns": [], "name": None}
