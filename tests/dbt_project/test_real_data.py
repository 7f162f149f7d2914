"""Marts on the public logs: published totals come out to the cent and to the row."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from data_quality.contracts import load_source_tables

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
AS_OF = date(2026, 11, 1)
POUND = {"exchange_rate": 1.6}
PROVENANCE = """
    'real' as _source_file, row_number() over () as _source_row, 'real' as _load_id,
    timestamp '2020-01-01' as _loaded_at, cast(null as varchar) as _extra
"""

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"the public data sets are not at {DATA}")


def cdnow() -> str:
    return f"""
        select
            trim(line[1:6]) as customer_id,
            cast(strptime(trim(line[7:15]), '%Y%m%d') as date) as purchase_date,
            cast(trim(line[16:18]) as bigint) as number_of_cds,
            cast(trim(line[19:26]) as decimal(18, 4)) as dollar_value
        from read_csv(
            '{DATA}/cdnow/CDNOW_master.txt',
            header = false, skip = 1, delim = '|', columns = {{'line': 'varchar'}}
        )
    """


def unzipped(archive: str, folder: Path) -> str:
    zipfile.ZipFile(DATA / archive).extractall(folder)
    return f"'{folder}/**/*.csv'"


def typed(table: str, files: str, **options: str) -> str:
    """A select that casts the columns of a CSV as the table's contract declares them."""
    declared = next(t for t in load_source_tables(ROOT / "dbt_project") if f"{t.source}.{t.name}" == table)
    columns = [
        f"strptime(\"{column.header}\", '{column.date_format}') as {column.name}"
        if column.date_format
        else f'cast("{column.header}" as {column.data_type}) as {column.name}'
        for column in declared.columns
    ]
    said = "".join(f", {name} = '{value}'" for name, value in options.items())
    return f"select {', '.join(columns)} from read_csv({files}, header = true, all_varchar = true{said})"


@pytest.fixture(scope="module")
def estate(make_estate: Callable, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("unzipped")
    retail = unzipped("online_retail_daily/online_retail_by_day_csv.zip", folder / "retail")
    incidents = unzipped("incident_event_log/incident_event_log.zip", folder / "incidents")
    estate = make_estate({})
    tables = {
        "cdnow.purchases": cdnow(),
        "online_retail.invoice_lines": typed("online_retail.invoice_lines", retail),
        "servicenow.incident_log": typed("servicenow.incident_log", incidents, nullstr="?"),
        "crm_sales.accounts": typed("crm_sales.accounts", f"'{DATA}/crm_sales_opportunities/accounts.csv'"),
        "crm_sales.sales_pipeline": typed(
            "crm_sales.sales_pipeline", f"'{DATA}/crm_sales_opportunities/sales_pipeline.csv'"
        ),
    }
    with duckdb.connect() as connection:
        for table, select in tables.items():
            place = estate.home / "raw" / table.replace(".", "/") / "load_id=real"
            place.mkdir()
            connection.execute(f"copy (select *, {PROVENANCE} from ({select})) to '{place}/part-0.parquet'")
    estate.write(
        "generic.generic_exchange_rates",
        [{"source_name": "bank", "rate_date": "2010-01-01", "currency": "GBP", "to_currency": "USD"} | POUND],
    )
    estate.build_models(
        "+agg_customer_cohorts",
        "+fct_order_lines",
        "+fct_ticket_parity",
        "+agg_opportunity_conversions",
        "+fct_repeat_stories",
    )
    return estate


def test_cdnow_totals(estate: Any) -> None:
    facts = "count(*), count(distinct customer_id), sum(net_amount), sum(count_units)"
    found = estate.query(f"select {facts} from marts.fct_orders where source_name = 'cdnow'")
    assert found == [(69_659, 23_570, Decimal("2500315.6300"), 167_881)]
    without_value = "select count(*) from marts.fct_orders where source_name = 'cdnow' and not is_purchase"
    assert estate.query(without_value) == [(80,)], "rows without value are kept and are no purchases"


def test_online_retail_totals(estate: Any) -> None:
    facts = "count(*), sum(net_amount), count(distinct customer_id), sum(count_lines)"
    found = estate.query(f"select {facts} from marts.fct_orders where source_name = 'online_retail'")
    assert found == [(25_900, Decimal("9747747.9340") * Decimal("1.6"), 4_372, 541_909)]
    anonymous = "select count(*) from marts.fct_order_lines where source_name = 'online_retail' and customer_id is null"
    assert estate.query(anonymous) == [(135_080,)]
    articles = "select count(*) from marts.dim_products where source_name = 'online_retail'"
    assert estate.query(articles) == [(4_070,)]
    refunds = "select sum(count_lines) from marts.fct_orders where order_type = 'refund'"
    assert estate.query(refunds) == [(9_288,)]


def test_incident_log_totals(estate: Any) -> None:
    facts = "count(*), sum(count_ticket_events), count(distinct customer_id), count(*) filter (is_open)"
    assert estate.query(f"select {facts} from marts.fct_tickets") == [(24_918, 141_712, 5_244, 0)]


def test_our_reopens_agree_with_the_reported_ones_but_for_one_incident(estate: Any) -> None:
    differing = "select count(*) from marts.fct_tickets where count_reopens is distinct from reported_count_reopens"
    assert estate.query(differing) == [(1,)]


def test_our_counts_agree_with_the_reported_ones_and_the_rest_has_a_cause(estate: Any) -> None:
    found: dict[str, dict[str, int]] = {}
    for metric, status, count in estate.query(
        "select metric_name, parity_status, count(*) from marts.fct_ticket_parity group by all"
    ):
        found.setdefault(metric, {})[status] = count
    assert found["count_reopens"] == {"match": 24_917, "history_doubled": 1}
    assert found["count_group_changes"]["match"] == 24_827
    assert sum(found["count_group_changes"].values()) == 24_918
    assert "unexplained" not in found["count_group_changes"]


def test_changes_of_the_group_are_those_that_polars_counts_in_the_file(estate: Any, tmp_path: Path) -> None:
    import polars as pl

    zipfile.ZipFile(DATA / "incident_event_log/incident_event_log.zip").extractall(tmp_path)
    [file] = tmp_path.rglob("*.csv")
    log = pl.read_csv(file, infer_schema=False).with_row_index()
    moment = pl.col("sys_updated_at").str.to_datetime("%d/%m/%Y %H:%M")
    log = log.sort("number", moment, pl.col("sys_mod_count").cast(int), "index")
    changed = pl.col("assignment_group") != pl.col("assignment_group").shift().over("number")
    by_hand = log.select("number", changed.fill_null(value=False).alias("is_changed"))
    ours = estate.query("select sum(count_group_changes) from marts.fct_tickets where source_name = 'servicenow'")
    assert ours == [(by_hand["is_changed"].sum(),)]


def test_crm_sales_totals(estate: Any) -> None:
    found = estate.query("select status, count(*), sum(amount) from marts.fct_opportunities group by all order by all")
    assert [(status, count) for status, count, _ in found] == [("Lost", 2_473), ("Pipeline", 2_089), ("Won", 4_238)]
    assert dict((status, amount) for status, _, amount in found)["Won"] == Decimal("10005534.0000")


@pytest.fixture(scope="module")
def pipeline() -> pl.DataFrame:
    """The 8,800 deals as their file has them."""
    return pl.read_csv(DATA / "crm_sales_opportunities" / "sales_pipeline.csv", try_parse_dates=True)


def test_crm_sales_win_rates_by_count_and_amount_are_those_of_the_file(estate: Any, pipeline: pl.DataFrame) -> None:
    is_won, value = pl.col("deal_stage") == "Won", pl.col("close_value")
    closed = pipeline.filter(pl.col("deal_stage").is_in(["Won", "Lost"]))
    rates = [is_won.mean().alias("by_count"), (value.filter(is_won).sum() / value.sum()).alias("by_amount")]
    ours = """count(*) filter (is_won) / nullif(count(*) filter (is_closed), 0),
        (sum(amount) filter (is_won) / nullif(sum(amount) filter (is_closed), 0))::double"""
    assert estate.query(f"select {ours} from marts.fct_opportunities") == [pytest.approx(closed.select(rates).row(0))]
    agents = {f"crm_sales:{row[0]}": row[1:] for row in closed.group_by("sales_agent").agg(rates).iter_rows()}
    found = estate.query(f"select owner_id, {ours} from marts.fct_opportunities group by owner_id")
    assert len(agents) == 30
    assert {owner: pytest.approx(rates) for owner, *rates in found} == {who: list(agents[who]) for who in agents}


def test_crm_sales_share_won_within_half_a_year_counts_open_deals_as_long_as_they_were_seen(
    estate: Any, pipeline: pl.DataFrame
) -> None:
    """Aalen–Johansen from its definition, day by day, on the deals of one quarter."""
    started = pipeline.filter(pl.col("engage_date").dt.truncate("1q") == date(2017, 7, 1))
    followed = pl.coalesce("close_date", pl.lit(AS_OF)) - pl.col("engage_date")
    deals = started.select(followed.dt.total_days().alias("days"), "deal_stage").rows()
    still_open, won = 1.0, 0.0
    for day in range(181):
        at_risk = sum(days >= day for days, _ in deals)
        ended = [stage for days, stage in deals if days == day and stage in ("Won", "Lost")]
        won += still_open * ended.count("Won") / max(at_risk, 1)
        still_open *= 1 - len(ended) / max(at_risk, 1)
    [found] = estate.query("""
        select count_entered, count_open, conversion_probability,
            conversion_probability_low, conversion_probability_high
        from marts.agg_opportunity_conversions
        where source_name = 'crm_sales' and stage_name is null and cohort_date = '2017-07-01'""")
    assert found[:2] == (len(deals), sum(stage == "Engaging" for _, stage in deals))
    assert found[2] == pytest.approx(won)
    assert found[3] < won < found[4]
    closed = [stage for _, stage in deals if stage in ("Won", "Lost")]
    assert won < closed.count("Won") / len(closed), "counting closed deals only would promise more"


def triangle(orders: pd.DataFrame) -> dict[tuple[str, int], tuple[int, int, float]]:
    """(cohort, months since) → active and repeat customers and net revenue, the plain way, without the last month.

    `orders`: who, day, net, is_purchase.
    """
    orders = orders.assign(month=orders["day"].dt.to_period("M"))
    bought = orders[orders["is_purchase"]].drop_duplicates(["who", "day"]).sort_values("day")
    nth = bought.groupby("who").cumcount()
    orders = orders.join(bought[nth == 0].set_index("who")["month"].rename("cohort"), on="who")
    again = bought[nth == 1].set_index("who")["month"]
    cohort_of = orders.drop_duplicates("who").set_index("who")["cohort"]
    found = {}
    for (cohort, month), rows in orders.groupby(["cohort", "month"]):
        if month >= cohort and month < orders["month"].max():
            members = cohort_of.index[cohort_of == cohort]
            found[str(cohort), (month - cohort).n] = (
                rows.loc[rows["is_purchase"], "who"].nunique(),
                int((again.reindex(members) <= month).sum()),
                round(float(rows["net"].sum()), 2),
            )
    return found


def ours(estate: Any, first: str, last: str, rate: float = 1.0) -> dict[tuple[str, int], tuple[int, int, float]]:
    found = estate.query(f"""
        select strftime(cohort_month, '%Y-%m'), months_since_first_order, count_active_customers,
            count_repeat_customers, net_revenue_amount
        from marts.agg_customer_cohorts where cohort_month between date '{first}' and date '{last}'
    """)
    return {
        (cohort, since): (active, again, round(float(net) / rate, 2)) for cohort, since, active, again, net in found
    }


def test_the_cohort_triangle_of_cdnow_is_what_pandas_makes_of_the_file(estate: Any) -> None:
    log = pd.read_csv(
        DATA / "cdnow" / "CDNOW_master.txt", sep=r"\s+", skiprows=1, names=["who", "date", "pieces", "net"]
    )
    orders = log.assign(day=pd.to_datetime(log["date"], format="%Y%m%d"), is_purchase=log["net"] > 0)
    expected, found = triangle(orders), ours(estate, "1997-01-01", "1997-12-01")
    assert len(expected) > 45
    assert {period: found[period] for period in expected} == expected


def test_the_cohort_triangle_of_online_retail_is_what_pandas_makes_of_the_files(estate: Any, tmp_path: Path) -> None:
    unzipped("online_retail_daily/online_retail_by_day_csv.zip", tmp_path)
    text = {"InvoiceNo": str, "CustomerID": str}
    lines = pd.concat(pd.read_csv(file, dtype=text) for file in sorted(tmp_path.rglob("*.csv")))
    lines["net"] = lines["Quantity"] * lines["UnitPrice"]
    lines["at"] = pd.to_datetime(lines["InvoiceDate"])
    invoices = lines.groupby("InvoiceNo").agg(who=("CustomerID", "first"), at=("at", "min"), net=("net", "sum"))
    invoices = invoices.dropna(subset="who").assign(day=lambda rows: rows["at"].dt.normalize())
    is_sale = ~invoices.index.str.startswith(("C", "A"))
    expected = triangle(invoices.assign(is_purchase=is_sale & (invoices["net"] > 0)).reset_index())
    found = ours(estate, "2010-12-01", "2011-12-01", POUND["exchange_rate"])
    assert len(expected) > 70
    compared = {period: found[period] for period in expected}
    assert {period: row[:2] for period, row in compared.items()} == {p: row[:2] for p, row in expected.items()}
    for period, row in expected.items():
        assert compared[period][2] == pytest.approx(row[2], abs=0.02), period


def test_stories_told_again_agree_with_plain_pandas(estate: Any) -> None:
    used = ["number", "caller_id", "category", "contact_type", "assignment_group", "opened_at", "sys_updated_at"]
    archive = DATA / "incident_event_log" / "incident_event_log.zip"
    log = pd.read_csv(archive, usecols=[*used, "sys_mod_count"], na_values="?")
    for moment in ("opened_at", "sys_updated_at"):
        log[moment] = pd.to_datetime(log[moment], format="%d/%m/%Y %H:%M")
    in_order = log.sort_values(["sys_updated_at", "sys_mod_count"], kind="stable")
    first_desk = in_order.groupby("number")["assignment_group"]
    last = log.sort_values("sys_mod_count", kind="stable").groupby("number").tail(1).set_index("number")
    incidents = last.assign(desk=first_desk.first()).dropna(subset=["caller_id", "category"]).reset_index()
    incidents = incidents.sort_values(["caller_id", "category", "opened_at", "number"])
    before = incidents.groupby(["caller_id", "category"])[["opened_at", "desk", "contact_type"]].shift()
    is_soon = incidents["opened_at"] - before["opened_at"] < pd.Timedelta(days=14)
    is_elsewhere = (
        (incidents["desk"].notna() & before["desk"].notna() & (incidents["desk"] != before["desk"]))
        | (before["contact_type"].notna() & (incidents["contact_type"] != before["contact_type"]))
    )  # fmt: skip
    [(found,)] = estate.query("select count(*) from marts.fct_repeat_stories")
    assert found == (is_soon & is_elsewhere).sum()
    assert found > 500
