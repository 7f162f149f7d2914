"""A table that is read from a database instead of being dropped: what a contract says of it under `ingest.pull`.

Stays out: the address and the password (the environment), reading (orchestration.pull).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from data_quality.columns import ContractError

KINDS = ("postgres",)
RELATION = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?")


@dataclass(frozen=True)
class FromDatabase:
    """Where the rows are: a `table` (or view) by name, with or without its schema, or a `query`."""

    kind: str
    table: str | None = None
    query: str | None = None


def from_database(said: object, file_format: str, load: str, where: str) -> FromDatabase:
    """`ingest.pull` as YAML declares it. Raises ContractError that says, after `where`, what is wrong with it."""
    if not isinstance(said, dict) or not set(said) <= {"kind", "table", "query"}:
        raise ContractError(f"{where}: ingest.pull is {{kind: postgres, table: …}} or {{kind: postgres, query: …}}")
    if said.get("kind") not in KINDS:
        raise ContractError(f"{where}: ingest.pull.kind {said.get('kind')!r} is not one of {', '.join(KINDS)}")
    if ("table" in said) == ("query" in said):
        raise ContractError(f"{where}: ingest.pull needs either a table or a query")
    pull = FromDatabase(**said)
    if pull.table is not None and not RELATION.fullmatch(str(pull.table)):
        raise ContractError(f"{where}: ingest.pull.table {pull.table!r} is not a name such as public.customers")
    if pull.query is not None and not str(pull.query).strip().lower().startswith(("select", "with")):
        raise ContractError(f"{where}: ingest.pull.query is not a select")
    if pull.query is not None and ";" in pull.query:
        raise ContractError(f"{where}: ingest.pull.query is one select, without a semicolon")
    if file_format != "ndjson":
        raise ContractError(f"{where}: what is read from a database lands as ndjson, not as {file_format}")
    if load == "append":
        raise ContractError(f"{where}: rows are read more than once, so ingest.pull needs load: merge or snapshot")
    return pull
