"""The audit: a staged release judged as a whole, from its own files and nothing else.

Belongs here: what must be true of a release before anybody may see it, and the thresholds, each with its reason.
Stays out: facts inside the warehouse (dbt tests), the two doors (data_quality.gate), what follows (publish).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from data_quality import last_good
from data_quality.encryption import load_encryption
from data_quality.release import Release, ReleaseError, connect, connect_apart
from data_quality.staging import Staged, content_of

MAX_DROP = 0.5
"""Share of customers or orders that may vanish in one night. Companies do not halve overnight; half-read exports do."""
KEYS = {
    "marts.dim_customers": ("customer_id",),
    "marts.dim_accounts": ("account_id",),
    "marts.fct_orders": ("order_id",),
    "marts.fct_order_lines": ("order_line_id",),
    "marts.fct_tickets": ("ticket_id",),
    "marts.fct_opportunities": ("opportunity_id",),
    "marts.fct_interactions": ("interaction_id",),
    "scores.churn": ("customer_id",),
    "scores.next_purchase": ("customer_id",),
    "scores.lifetime_value": ("customer_id",),
    "scores.deal_win": ("opportunity_id",),
    "scores.lead_conversion": ("lead_id",),
    "scores.subscription_churn": ("customer_id",),
    "scores.ticket_escalation": ("ticket_id",),
    "scores.next_items": ("customer_id", "item_rank"),
    "scores.best_channel": ("customer_id",),
    "scores.best_hour": ("customer_id",),
    "scores.segment_totals": ("segment_name",),
    "segments.customer_segments": ("segment_name", "customer_id"),
    "segments.next_best_actions": ("customer_id",),
    "release.segment_definitions": ("segment_name",),
}
"""Required tables (they may be empty: a company may have no helpdesk) and what identifies one row of each."""
ALSO_REQUIRED = ("release.manifest", "release.gate_reports", "release.loads", "release.row_counts", "release.metrics")
NEVER_SHRINK_BY_HALF = ("marts.dim_customers", "marts.fct_orders")
CUSTOMER_SCORES = ("scores.churn", "scores.next_purchase", "scores.lifetime_value", "scores.subscription_churn")
OTHER_SCORES = ("scores.deal_win", "scores.lead_conversion", "scores.ticket_escalation")
_IS_A_CHANCE = (
    "0 <= probability_low AND probability BETWEEN probability_low AND probability_high AND probability_high <= 1"
)
TOLD_OF_CUSTOMERS = ("scores.next_items", "scores.best_channel", "scores.best_hour")
TOLD_BESIDE_SCORES = dict.fromkeys(TOLD_OF_CUSTOMERS, _IS_A_CHANCE) | {
    "scores.segment_totals": "predicted_revenue_amount BETWEEN predicted_revenue_low AND predicted_revenue_high "
    "AND predicted_number_of_orders BETWEEN predicted_number_of_orders_low AND predicted_number_of_orders_high",
}
"""What is told with an interval in a shape of its own, and what holds of each row of it; NULL does not."""
PERSONAL_COLUMN = re.compile(
    r"e_?mail(_address)?|phone(_number)?|mobile|(full|first|last|contact|customer)_name|birth_date|street|address"
    r"|postcode|ip(_address)?|subject|body|comment(_text)?|message",
    re.IGNORECASE,
)
"""Names that only the encrypted file may carry. Organisation and product names are not personal data."""
E_MAIL = r"[^\s@<>,;]+@[^\s@<>,;]+\.[A-Za-z]{2,}"


LIMITS = {"memory_limit": "2GB", "threads": 2, "max_temp_directory_size": "20GB", "temp_file_encryption": True}
"""Unlike a page, the audit reads everything: keys of tens of millions of rows may spill, encrypted, beside the file."""


@dataclass(frozen=True)
class Finding:
    """One thing the audit saw; `error` stops the publication."""

    check: str
    table: str
    severity: str
    words: str


def audit(
    staged: Staged,
    key: str | None,
    documented_columns: Mapping[str, Sequence[str]] | None = None,
    before: Release | None = None,
) -> list[Finding]:
    """Everything that is wrong with the staged files; an empty list means that they may be shown.

    `documented_columns` maps "schema.table" (schemas marts, scores, segments, pii) to column names in any order, as
    dbt's manifest documents them; None skips that check. `before` is the release that readers have now. A file that
    does not open is a finding, not an exception.
    """
    for file in filter(None, (staged.file, staged.pii_file)):
        # Rows that are only in a write-ahead log would be seen here and lost by the rename.
        if file.with_name(f"{file.name}.wal").exists():
            return [
                Finding("file_is_closed", file.name, "error", "a write-ahead log lies beside it: it is not complete")
            ]
    said, limits = staged.manifest, {**LIMITS, "temp_directory": str(staged.file.with_suffix(".tmp"))}
    release = Release(said.release_id, staged.file, staged.pii_file, said.as_of_date, said.published_at)
    try:
        con = connect_apart(release, key if staged.pii_file else None, limits, prepare=load_encryption)
    except (duckdb.Error, ReleaseError) as error:
        return [Finding("file_opens", staged.file.name, "error", str(error))]
    with con:
        try:
            return list(_findings(con, staged, documented_columns, before))
        except duckdb.Error as error:
            return [Finding("file_reads", staged.file.name, "error", str(error))]


def _findings(con, staged: Staged, documented_columns, before: Release | None) -> Iterator[Finding]:
    tables = _tables(con)
    missing = [table for table in (*KEYS, *ALSO_REQUIRED) if table not in tables]
    if missing:
        # The other checks read these tables: say what is missing and stop here.
        for table in missing:
            yield Finding("required_table", table, "error", "the table is missing")
        return
    yield from _contents_match(con, tables)
    yield from _columns_are_documented(tables, documented_columns or {})
    yield from _no_personal_data(con, tables)
    yield from _keys_are_unique(con)
    yield from _scores_are_sound(con, tables, staged)
    yield from _last_good_stands_in(con, tables, staged)
    yield from _told_is_sound(con, staged)
    yield from _members_exist(con, tables)
    yield from _the_quiet_are_left_alone(con, tables)
    yield from _nothing_vanished(con, before)
    for gate, check, table, observed in con.execute(
        "SELECT gate_name, check_name, table_name, observed FROM release.gate_reports "
        "WHERE severity = 'error' AND is_passed IS NOT TRUE ORDER BY ALL"
    ).fetchall():
        yield Finding("gate_passed", table, "error", f"{gate}.{check} failed: {observed}")


def _tables(con) -> dict[str, dict[str, str]]:
    """{"schema.table": {column: type}} of both files."""
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, data_type in con.execute(
        "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema IN ('marts', 'scores', 'last_good', 'segments', 'release', 'pii') ORDER BY ALL"
    ).fetchall():
        found.setdefault(f"{schema}.{table}", {})[column] = data_type
    return found


def _contents_match(con, tables) -> Iterator[Finding]:
    counted = {
        f"{schema}.{table}": (rows, content)
        for schema, table, rows, content in con.execute("FROM release.row_counts").fetchall()
    }
    for table in sorted({t for t in tables if not t.startswith("release.")} | set(counted)):
        if table not in tables or table not in counted:
            where = "staged file" if table not in tables else "row counts"
            yield Finding("contents_match", table, "error", f"the table is missing in the {where}")
        elif (found := content_of(con, table)) != counted[table]:
            words = f"{found[0]} rows staged, {counted[table][0]} rows in the build, or their cells differ"
            yield Finding("contents_match", table, "error", words)


def _columns_are_documented(tables, documented: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    for table, columns in documented.items():
        built, told = set(tables.get(table, {})), set(columns)
        if table not in tables and table.startswith("pii.") and not any(t.startswith("pii.") for t in tables):
            continue  # published without personal data, as its manifest says
        if built != told:
            words = (
                f"built but not documented: {sorted(built - told)}; documented but not built: {sorted(told - built)}"
            )
            yield Finding("documented_columns", table, "error", words)


def _no_personal_data(con, tables) -> Iterator[Finding]:
    for table, columns in tables.items():
        if table.startswith("pii."):
            continue
        for column in filter(PERSONAL_COLUMN.fullmatch, columns):
            yield Finding("no_personal_columns", table, "error", f"column {column!r} belongs in the encrypted file")
        texts = [name for name, data_type in columns.items() if data_type == "VARCHAR"]
        if not texts:
            continue
        # Every row, not a sample: one address is one too many, and the search for '@' makes it cheap.
        counts = ", ".join(
            f"count(*) FILTER (contains(\"{name}\", '@') AND regexp_matches(\"{name}\", '{E_MAIL}'))" for name in texts
        )
        for name, hits in zip(texts, con.execute(f"SELECT {counts} FROM {table}").fetchone(), strict=True):
            if hits:
                yield Finding(
                    "no_e_mail_addresses", table, "error", f"{hits} cells of {name!r} look like e-mail addresses"
                )


def _keys_are_unique(con) -> Iterator[Finding]:
    for table, key in KEYS.items():
        columns, any_null = ", ".join(key), " OR ".join(f"{name} IS NULL" for name in key)
        distinct = f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {table})"
        nulls, repeated = con.execute(
            f"SELECT count(*) FILTER ({any_null}), count(*) - ({distinct}) FROM {table}"
        ).fetchone()
        if nulls or repeated:
            words = f"{columns}: {repeated} repeated rows, {nulls} rows without a value"
            yield Finding("key_is_unique", table, "error", words)


def _scores_are_sound(con, tables, staged: Staged) -> Iterator[Finding]:
    for table in (*CUSTOMER_SCORES, *OTHER_SCORES):
        probabilities = [name for name in tables[table] if "_probability" in name]
        for column in probabilities if table == "scores.lifetime_value" else [*probabilities, "score"]:
            # NaN sorts above every number in DuckDB, so it fails this too.
            bad = _count(con, f"SELECT count(*) FROM {table} WHERE {column} NOT BETWEEN 0 AND 1")
            if bad:
                yield Finding("probability_in_range", table, "error", f"{bad} rows of {column!r} outside [0, 1]")
        bad = _count(
            con, f"SELECT count(*) FROM {table} WHERE as_of_date IS DISTINCT FROM ?", [staged.manifest.as_of_date]
        )
        if bad:
            words = f"{bad} rows whose as_of_date is not {staged.manifest.as_of_date}"
            yield Finding("score_date", table, "error", words)


def _last_good_stands_in(con, tables, staged: Staged) -> Iterator[Finding]:
    """Old values stand in for a score that is withheld: never beside one, not for ever, and of nobody who is gone."""
    as_of = staged.manifest.as_of_date
    for table in (table for table in tables if table.startswith(f"{last_good.SCHEMA}.")):
        score = table.split(".")[1]
        about = last_good.SUBJECTS[score]
        if _count(con, f"SELECT count(*) FROM scores.{score}"):
            yield Finding("last_good_stands_alone", table, "error", f"old values lie beside those of scores.{score}")
        is_dated = f"as_of_date BETWEEN ? - {about.most_days - 1} AND ?"
        bad = _count(con, f"SELECT count(*) FROM {table} WHERE ({is_dated}) IS NOT TRUE", [as_of, as_of])
        if bad:
            words = f"{bad} rows not of the last {about.most_days} days before {as_of}"
            yield Finding("last_good_date", table, "error", words)
        there = f"SELECT {about.key} FROM {about.mart} WHERE {about.where}"
        gone = _count(con, f"SELECT count(*) FROM {table} AS told WHERE ({about.key} IN ({there})) IS NOT TRUE")
        if gone:
            yield Finding("last_good_subject", table, "error", f"{gone} rows of whom {about.mart} has no more")


def _told_is_sound(con, staged: Staged) -> Iterator[Finding]:
    for table, holds in TOLD_BESIDE_SCORES.items():
        sound = f"({holds}) IS TRUE AND as_of_date = ?"
        bad = _count(con, f"SELECT count(*) FROM {table} WHERE NOT ({sound})", [staged.manifest.as_of_date])
        if bad:
            yield Finding("told_is_sound", table, "error", f"{bad} rows of another day or outside their interval")


def _members_exist(con, tables) -> Iterator[Finding]:
    personal = [table for table in ("pii.pii_customers",) if table in tables]
    for table in (*CUSTOMER_SCORES, *TOLD_OF_CUSTOMERS, "segments.customer_segments", *personal):
        lost = _count(con, f"SELECT count(*) FROM {table} ANTI JOIN marts.dim_customers USING (customer_id)")
        if lost:
            yield Finding(
                "customer_exists", table, "error", f"{lost} rows whose customer is not in marts.dim_customers"
            )
    unknown = _count(
        con,
        "SELECT count(*) FROM segments.customer_segments ANTI JOIN release.segment_definitions USING (segment_name)",
    )
    if unknown:
        words = f"{unknown} rows whose segment has no definition"
        yield Finding("segment_is_defined", "segments.customer_segments", "error", words)


def _the_quiet_are_left_alone(con, tables) -> Iterator[Finding]:
    """Every export is made of customer_segments: who must get no offer may be in none but Support's."""
    if "segments.quiet_customers" not in tables:
        return
    for segment, owner, members in con.execute(
        "SELECT segment_name, owner, count(*) FROM segments.customer_segments "
        "JOIN segments.quiet_customers USING (customer_id) JOIN release.segment_definitions USING (segment_name) "
        "WHERE owner != 'Support' GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        words = f"{members} members of {segment!r} ({owner}) are in a quiet zone"
        yield Finding("quiet_zone", "segments.customer_segments", "error", words)


def _nothing_vanished(con, before: Release | None) -> Iterator[Finding]:
    if before is None:
        return
    with connect(before) as earlier:
        counted = earlier.execute(
            "SELECT table_schema || '.' || table_name, row_count FROM release.row_counts"
        ).fetchall()
    for table, rows_before in counted:
        if table not in KEYS or not rows_before:
            continue
        rows = _count(con, f"SELECT count(*) FROM {table}")
        # Scores may be withheld and segments may run empty; history may not.
        if not rows and table.startswith("marts."):
            yield Finding("rows_kept", table, "error", f"no rows; release {before.release_id} had {rows_before}")
        elif table in NEVER_SHRINK_BY_HALF and rows < rows_before * (1 - MAX_DROP):
            words = f"{rows} rows; release {before.release_id} had {rows_before}"
            yield Finding("rows_kept", table, "error", words)


def _count(con, sql: str, parameters: Sequence[object] = ()) -> int:
    return con.execute(sql, parameters).fetchone()[0]
