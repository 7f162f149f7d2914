"""What a run built, told at its end: rows at every door, customers, scores with their backtest, segments.

Reads the published release and nothing else, so that it can only say what readers can see.
"""

from __future__ import annotations

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from data_quality.release import Release, connect, current_release
from orchestration.settings import Settings

LOADS = """
    select source, table_name, count(*) filter (status = 'loaded') as files, sum(rows_read)::bigint as rows_read,
        sum(rows_loaded)::bigint as rows_loaded, sum(rows_quarantined)::bigint as rows_quarantined
    from release.loads where status = 'loaded' group by all order by all"""
REFUSED = "select source, file, reason from release.loads where status = 'refused' order by all"
NOTES = """
    select source, table_name, warning, count(*), min(file)
    from (
        select *, unnest(warnings) as warning from release.loads
        where loaded_at >= (select published_at from release.manifest)
    )
    group by all order by all"""
"""What intake remarked about the files of this run: columns that came or went, cut ends, …"""
VERDICTS = "select score_name, champion, is_published, verdict from release.model_cards order by score_name"
SEGMENTS = """
    select d.segment_name, count(m.customer_id) from release.segment_definitions d
    left join segments.customer_segments m using (segment_name) group by 1 order by 1"""
COUNTS = """
    select (select count(*) from marts.dim_customers), (select count(*) from marts.dim_accounts),
        (select count(*) from marts.fct_interactions), (select count(*) from marts.fct_orders),
        (select count(*) from marts.fct_tickets), (select count(*) from marts.fct_opportunities)"""


def print_summary(settings: Settings, console: Console) -> None:
    """Tell the person who ran it what there is now, and how to open it."""
    release = current_release(settings.home)
    with connect(release) as connection:
        _doors(connection, console)
        customers, accounts, interactions, orders, tickets, opportunities = connection.sql(COUNTS).fetchone()
        console.print(
            f"{customers:,} customers and {accounts:,} accounts · {interactions:,} interactions · {orders:,} orders · "
            f"{tickets:,} tickets · {opportunities:,} opportunities"
        )
        _scores(connection, console)
        table = Table("segment", "customers", title="Segments")
        for name, members in connection.sql(SEGMENTS).fetchall():
            table.add_row(name, f"{members:,}")
        console.print(table)
        _where(release, settings, console, _is_generated(connection))


def _doors(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    table = Table(
        Column("table", no_wrap=True), "files", "rows read", "= loaded", "+ quarantined", title="What came in"
    )
    for source, name, files, read, loaded, quarantined in connection.sql(LOADS).fetchall():
        table.add_row(f"{source}.{name}", f"{files:,}", f"{read:,}", f"{loaded:,}", f"{quarantined:,}")
    console.print(table)
    for source, file, reason in connection.sql(REFUSED).fetchall():
        console.print(f"[red]refused[/red] {escape(f'{source}/{file}: {reason}')}")
    for source, name, warning, files, file in connection.sql(NOTES).fetchall():
        where = file if files == 1 else f"{files:,} files such as {file}"
        console.print(f"[yellow]note[/yellow] {escape(f'{source}.{name}: {where}: {warning}')}")


def _scores(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    table = Table("score", "champion", "published", "in words", title="Scores, judged on past nights")
    for name, champion, is_published, verdict in connection.sql(VERDICTS).fetchall():
        table.add_row(name, champion or "none", "yes" if is_published else "withheld", verdict)
    console.print(table)


def _is_generated(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.sql("select is_generated_data from release.manifest").fetchone()[0])


def _where(release: Release, settings: Settings, console: Console, is_generated: bool) -> None:
    if is_generated:
        console.print("[yellow]Every customer above is generated: nobody in this estate exists.[/yellow]")
    console.print(f"Release {release.release_id}, as of {release.as_of_date}: {release.file}")
    console.print(f"Segments for marketers: {settings.home / 'outbox'}")
    console.print("Open the dashboards: make dash   (or: rapport dashboard)")
