"""Estates to learn from: purchase logs, simulated with known truth or real, turned into snapshots and labels.

The warehouse makes these frames in SQL; this is the same arithmetic in a few lines, so that models are tested alone.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models_ml import churn, lifetime_value, next_purchase
from models_ml.result import ScoreResult

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@dataclass(frozen=True)
class Estate:
    """Input frames of a run, and the day of the run."""

    features: pl.DataFrame
    labels: pl.DataFrame
    as_of: date
    horizon: int


def snapshots(
    events: pl.DataFrame,
    as_of: date,
    *,
    horizon: int = 90,
    step: int = 30,
    count: int = 18,
    bad: pl.DataFrame | None = None,
) -> Estate:
    """Features and labels of a log (customer_id, order_date, amount; negative amounts are refunds).

    `bad` optionally holds bad ratings (customer_id, rated_on).
    """
    days = events.filter(pl.col("amount") > 0).group_by("customer_id", "order_date")
    days = days.agg(pl.col("amount").sum(), n=pl.len()).sort("customer_id", "order_date")
    refunds = events.filter(pl.col("amount") < 0).select("customer_id", "order_date", "amount")
    dates = [as_of - timedelta(days=step * k) for k in range(count + 1)]
    dates = [day for day in dates if day > days["order_date"].min()]
    features = pl.concat([_features(days, refunds, bad, day) for day in dates])
    complete = [day for day in dates if day + timedelta(days=horizon) <= as_of]
    labels = pl.concat([_labels(features, days, refunds, day, horizon) for day in complete or dates[:1]])
    return Estate(features, labels if complete else labels.clear(), as_of, horizon)


def _features(days: pl.DataFrame, refunds: pl.DataFrame, bad: pl.DataFrame | None, as_of: date) -> pl.DataFrame:
    since = (pl.lit(as_of) - pl.col("order_date")).dt.total_days()
    repeat = pl.col("amount").slice(1).mean()
    rows = (
        days.filter(pl.col("order_date") < as_of)
        .group_by("customer_id", maintain_order=True)
        .agg(
            frequency=pl.len().cast(pl.Int64) - 1,
            recency_days=(pl.col("order_date").last() - pl.col("order_date").first()).dt.total_days(),
            t_days=since.first() - 1,
            monetary_value=repeat,
            days_since_last_order=since.last(),
            count_orders=pl.col("n").sum().cast(pl.Int64),
            sales=pl.col("amount").sum(),
            last_order_amount=pl.col("amount").last(),
            **{f"orders_{k}d": pl.col("n").filter(since <= k).sum().cast(pl.Int64) for k in (30, 90, 365)},
            **{f"amount_{k}d": pl.col("amount").filter(since <= k).sum() for k in (30, 90, 365)},
        )
    )
    taken = refunds.filter(pl.col("order_date") < as_of).group_by("customer_id")
    rows = rows.join(
        taken.agg(count_refunds=pl.len().cast(pl.Int64), back=pl.col("amount").sum()), on="customer_id", how="left"
    )
    if bad is None:
        ratings = pl.lit(0, dtype=pl.Int64)
    else:
        rated = bad.filter(pl.col("rated_on").is_between(as_of - timedelta(days=365), as_of, closed="left"))
        rows = rows.join(rated.group_by("customer_id").agg(rated=pl.len().cast(pl.Int64)), on="customer_id", how="left")
        ratings = pl.col("rated").fill_null(0)
    gap = pl.when(pl.col("frequency") > 0).then(pl.col("recency_days") / pl.col("frequency"))
    return rows.sort("customer_id").select(
        "customer_id",
        pl.lit(as_of).alias("as_of_date"),
        "frequency",
        "recency_days",
        "t_days",
        "monetary_value",
        "days_since_last_order",
        "count_orders",
        (pl.col("sales") + pl.col("back").fill_null(0)).alias("total_net_amount"),
        gap.alias("mean_gap_days"),
        (pl.col("days_since_last_order") / gap).alias("gap_multiple"),
        pl.col("^(orders|amount)_.*d$"),
        (pl.col("sales") / pl.col("count_orders")).alias("average_order_value_amount"),
        "last_order_amount",
        pl.col("count_refunds").fill_null(0),
        ratings.alias("count_bad_ratings_365d"),
        pl.lit(None, dtype=pl.Int64).alias("last_nps_score"),
        pl.lit(as_of.month, dtype=pl.Int64).alias("month_of_year"),
    )


def _labels(
    features: pl.DataFrame, days: pl.DataFrame, refunds: pl.DataFrame, as_of: date, horizon: int
) -> pl.DataFrame:
    window = pl.col("order_date").is_between(as_of, as_of + timedelta(days=horizon), closed="left")
    came = days.filter(window).group_by("customer_id")
    came = came.agg(orders=pl.len().cast(pl.Int64), spend=pl.col("amount").sum(), first=pl.col("order_date").min())
    back = refunds.filter(window).group_by("customer_id").agg(back=pl.col("amount").sum())
    rows = features.filter(pl.col("as_of_date") == as_of).select("customer_id", "as_of_date")
    rows = rows.join(came, on="customer_id", how="left").join(back, on="customer_id", how="left")
    return rows.select(
        "customer_id",
        "as_of_date",
        pl.lit(horizon, dtype=pl.Int64).alias("horizon_days"),
        pl.col("orders").fill_null(0).alias("future_number_of_orders"),
        (pl.col("spend").fill_null(0) + pl.col("back").fill_null(0)).alias("future_net_amount"),
        pl.col("orders").is_null().alias("is_churned"),
        (pl.col("first") - pl.lit(as_of)).dt.total_days().alias("days_to_next_order"),
    )


def simulated_log(
    customers: int, days: int, *, r: float, alpha: float, a: float, b: float, joining_days: int, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """BG/NBD customers, one event at a time, and a planted cause: three in ten give a bad rating and mostly stop.

    Returns the purchase log from 2024-01-01 and the bad ratings. Mean purchase is Gamma(6)/ν with ν ~ Gamma(4, 15).
    """
    rng, start = np.random.default_rng(seed), date(2024, 1, 1)
    log, ratings = [], []
    for customer in range(customers):
        rate, leaving, size = rng.gamma(r, 1 / alpha), rng.beta(a, b), 6 / rng.gamma(4, 1 / 15) / 6
        now = rng.integers(0, joining_days)
        angry_at = now + rng.exponential(150) if rng.random() < 0.3 else np.inf
        stops_at = angry_at if rng.random() < 0.9 else np.inf
        name = f"sim:{customer:05d}"
        while now < min(days, stops_at):
            log.append((name, start + timedelta(days=int(now)), round(float(rng.gamma(6) * size), 2)))
            if rng.random() < leaving:
                break
            now += rng.exponential(1 / rate)
        if angry_at < days:
            ratings.append((name, start + timedelta(days=int(angry_at))))
    events = pl.DataFrame(log, schema=["customer_id", "order_date", "amount"], orient="row")
    return events, pl.DataFrame(ratings, schema=["customer_id", "rated_on"], orient="row")


@pytest.fixture(scope="session")
def simulated() -> Estate:
    """1,500 customers over two years; ratings tell who is about to stop, which the closed form cannot see."""
    events, bad = simulated_log(1500, 720, r=1.2, alpha=35, a=0.5, b=6.0, joining_days=300, seed=7)
    return snapshots(events, date(2024, 1, 1) + timedelta(days=720), bad=bad)


@pytest.fixture(scope="session")
def results(simulated: Estate) -> dict[str, ScoreResult]:
    """All three scores of the simulated estate."""
    modules = (churn, next_purchase, lifetime_value)
    return {m.SCORE: m.train_and_score(simulated.features, simulated.labels, simulated.as_of) for m in modules}


@pytest.fixture(scope="session")
def make_snapshots() -> Callable[..., Estate]:
    return snapshots


def _shared(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"the shared data set {name} is not on this machine")
    return SHARED / name


def _cdnow(file: Path, customer: int, day: int, amount: int) -> pl.DataFrame:
    cells = [line.split() for line in file.read_text().splitlines() if line.strip()[:1].isdigit()]
    return pl.DataFrame(
        {
            "customer_id": [f"cdnow:{row[customer]}" for row in cells],
            "order_date": [row[day] for row in cells],
            "amount": [float(row[amount]) for row in cells],
        }
    ).with_columns(pl.col("order_date").str.to_date("%Y%m%d"))


@pytest.fixture(scope="session")
def cdnow_sample() -> pl.DataFrame:
    """The 1/10 sample of the Fader–Hardie papers: 2,357 customers, 6,919 rows."""
    return _cdnow(_shared("cdnow/CDNOW_sample.txt"), customer=1, day=2, amount=4)


@pytest.fixture(scope="session")
def cdnow() -> pl.DataFrame:
    """The whole CDNOW cohort: 23,570 customers."""
    return _cdnow(_shared("cdnow/CDNOW_master.txt"), customer=0, day=1, amount=3)


@pytest.fixture(scope="session")
def completejourney() -> pl.DataFrame:
    """Baskets of 2,469 households of a grocer in 2017, one row a household and day."""
    baskets = pl.read_parquet(_shared("completejourney/transactions.parquet"))
    day = pl.col("transaction_timestamp").dt.date().alias("order_date")
    household = (pl.lit("completejourney:") + pl.col("household_id").cast(pl.String)).alias("customer_id")
    days = baskets.group_by(household, day).agg(amount=pl.col("sales_value").sum().round(4))
    return days.filter(pl.col("amount") > 0).sort("customer_id", "order_date")


@pytest.fixture(scope="session")
def grocer_items() -> pl.DataFrame:
    """What 600 of those households bought on each day, by category: customer_id, order_date, item_id, quantity."""
    baskets = pl.scan_parquet(_shared("completejourney/transactions.parquet"))
    products = pl.scan_parquet(_shared("completejourney/products.parquet"))
    category = pl.coalesce("product_category", "department").alias("item_id")
    bought = baskets.filter(pl.col("quantity") > 0, pl.col("household_id").cast(pl.Int64) % 4 == 0).join(
        products.select(pl.col("product_id"), category).drop_nulls(), on="product_id"
    )
    day = pl.col("transaction_timestamp").dt.date().alias("order_date")
    customer = pl.col("household_id").cast(pl.String).alias("customer_id")
    quantity = pl.col("quantity").sum().cast(pl.Float64)
    return (
        bought.group_by(customer, day, "item_id").agg(quantity).sort("customer_id", "order_date", "item_id").collect()
    )


@pytest.fixture(scope="session")
def service_desk_contacts() -> pl.DataFrame:
    """Who opened an incident at a company's service desk, and when: customer_id, occurred_at, channel, hour."""
    archive = zipfile.ZipFile(_shared("incident_event_log/incident_event_log.zip"))
    [name] = [name for name in archive.namelist() if name.endswith(".csv")]
    rows = pl.read_csv(archive.read(name), columns=["number", "caller_id", "opened_at"], infer_schema=False)
    at = pl.col("opened_at").str.to_datetime("%d/%m/%Y %H:%M")
    return (
        rows.filter(pl.col("caller_id") != "?")
        .unique("number", keep="first", maintain_order=True)
        .select(customer_id="caller_id", occurred_at=at, channel=pl.lit("phone"), hour=at.dt.hour().cast(pl.Int64))
    )


@pytest.fixture(scope="session")
def online_retail() -> pl.DataFrame:
    """Invoices of known customers of the UK gift wholesaler; cancellations are negative."""
    archive = zipfile.ZipFile(_shared("online_retail_daily/online_retail_by_day_csv.zip"))
    names = [name for name in archive.namelist() if name.endswith(".csv")]
    lines = pl.concat([pl.read_csv(io.BytesIO(archive.read(name)), infer_schema=False) for name in names])
    amount = pl.col("Quantity").cast(pl.Float64) * pl.col("UnitPrice").cast(pl.Float64)
    known = lines.filter(pl.col("CustomerID").is_not_null()).with_columns(
        amount=amount,
        customer_id=pl.lit("online_retail:") + pl.col("CustomerID").str.split(".").list.first(),
        order_date=pl.col("InvoiceDate").str.slice(0, 10).str.to_date("%Y-%m-%d"),
    )
    invoices = known.group_by("customer_id", "order_date", "InvoiceNo").agg(pl.col("amount").sum().round(4))
    return invoices.sort("customer_id", "order_date", "InvoiceNo").drop("InvoiceNo")
