"""Every candidate of every score, backtested on the real data sets and the twin: `make backtest`.

    python -m tests.bench.backtests [data set …]

Each data set goes the whole way as a company's exports would: landing, intake, warehouse, point-in-time features,
backtest, release; what is printed is the table `scores.backtests` of that release, and beside it what the library
lifetimes says at the same origins. Only the horizon, the steps between snapshots and the day of the run are the data
set's own.
Stays out: how a score is backtested (models_ml), how fast that is (the other files here).
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from data_quality.release import connect, current_release
from models_ml.datasets import load_history
from models_ml.splits import DataKnobs, NoScore
from orchestration.assets.score import SNAPSHOTS
from orchestration.nightly import run_nightly
from orchestration.project_vars import project_vars
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.twin.estate import generate
from tests.bench import telco
from tests.bench.lifetimes_rows import rows_of_lifetimes

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
OWN = project_vars(PROJECT_DIR)
"""The product's own numbers, which a data set takes unless it says others."""
TWIN_CUSTOMERS = 10_000
UNDATED = "telco"
"""The data set that has no past to be walked through."""
SHOWN = {
    "churn": ("auc", "average_precision", "brier", "log_loss", "ece", "auc_recent"),
    "lifetime_value": (
        "mae",
        "rmse",
        "spearman",
        "normalised_gini",
        "top_decile_capture",
        "dec_wape",
        "aggregate_error",
        "interval_coverage",
        "interval_coverage_attainable",
        "orders_interval_coverage",
        "orders_interval_coverage_attainable",
    ),
    "next_purchase": ("brier_28d", "brier_30d", "brier_60d", "brier_90d", "c_index", "interval_coverage_returners"),
    "subscription_churn": ("auc", "average_precision", "brier", "log_loss", "ece"),
    "lead_conversion": ("auc", "average_precision", "brier", "log_loss", "ece"),
    "deal_win": ("auc", "average_precision", "brier", "log_loss", "ece"),
    "ticket_escalation": ("auc", "average_precision", "brier", "log_loss", "ece"),
    "next_items": ("hit_first", "hit_any", "share_named_in_vain"),
    "best_channel": ("named_right", "brier", "ece"),
    "best_hour": ("named_right", "brier", "ece"),
}
"""Metrics of a table, in its order; one that a data set does not define is left out."""


@dataclass(frozen=True)
class DataSet:
    """`land` puts the exports into a landing folder; `as_of` is the first day not seen.

    Printed are means of the latest `origins`: an earlier one may be too young to compare with published figures.
    """

    name: str
    about: str
    as_of: date
    origins: int
    land: Callable[[Path], None]
    horizon_days: int = OWN["horizon_days"]
    step_days: int = OWN["snapshot_step_days"]
    snapshots: int = OWN["count_snapshots"]


def _copied(source: str, *files: str) -> Callable[[Path], None]:
    def land(home: Path) -> None:
        folder = home / "landing" / source
        folder.mkdir(parents=True)
        for file in files:
            shutil.copy(SHARED / file, folder)

    return land


def _baskets(home: Path) -> None:
    names = ("transactions", "products", "demographics")
    _copied("completejourney", *(f"completejourney/{name}.parquet" for name in names))(home)


def _twin(home: Path) -> None:
    generate(home, TWIN_CUSTOMERS, date(2026, 11, 1), 1)


DATA_SETS = (
    DataSet(
        "cdnow",
        "23,570 buyers of music followed from their first purchase",
        as_of=date(1998, 7, 1),
        horizon_days=91,
        step_days=13,
        snapshots=35,
        origins=3,
        land=_copied("cdnow", "cdnow/CDNOW_master.txt"),
    ),
    DataSet(
        "completejourney",
        "2,469 households of a grocer",
        as_of=date(2018, 1, 1),
        horizon_days=28,
        step_days=14,
        snapshots=18,
        origins=4,
        land=_baskets,
    ),
    DataSet(
        "online_retail",
        "4,372 customers of a wholesaler of gifts",
        as_of=date(2011, 12, 10),
        origins=3,
        land=_copied("online_retail", "online_retail_daily/online_retail_by_day_csv.zip"),
    ),
    DataSet(
        "olist_leads",
        "8,000 people who asked to sell on a marketplace",
        as_of=date(2018, 8, 15),
        origins=4,
        land=_copied(
            "olist",
            "olist/olist_marketing_qualified_leads_dataset.csv",
            "olist/olist_closed_deals_dataset.csv",
            "olist/olist_sellers_dataset.csv",
        ),
    ),
    DataSet(
        "crm_sales",
        "8,800 deals of a hardware seller",
        as_of=date(2018, 1, 1),
        origins=4,
        land=_copied(
            "crm_sales",
            *(
                f"crm_sales_opportunities/{name}.csv"
                for name in ("accounts", "products", "sales_pipeline", "sales_teams")
            ),
        ),
    ),
    DataSet(
        "service_desk",
        "24,918 tickets of an IT service desk",
        as_of=date(2016, 6, 1),
        origins=4,
        land=_copied("servicenow", "incident_event_log/incident_event_log.zip"),
    ),
    DataSet(
        "twin",
        f"{TWIN_CUSTOMERS:,} customers who do not exist",
        as_of=date(2026, 11, 1),
        origins=4,
        land=_twin,
    ),
)


def backtests(data: DataSet, folder: Path) -> pl.DataFrame:
    """`scores.backtests` of one night's release on this data set, and lifetimes' rows. RuntimeError when it fails."""
    home, project = folder / "home", folder / "dbt_project"
    data.land(home)
    shutil.copytree(PROJECT_DIR, project, ignore=shutil.ignore_patterns("logs", "parse-*"))
    settings = project / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    said = {
        "horizon_days": data.horizon_days,
        "snapshot_step_days": data.step_days,
        "count_snapshots": data.snapshots,
    }
    for name, value in said.items():
        text, found = re.subn(rf"^  {name}: \d+$", f"  {name}: {value}", text, flags=re.MULTILINE)
        assert found == 1, f"dbt_project.yml does not say {name} once"
    settings.write_text(text, encoding="utf-8")
    failure = run_nightly(Settings(home, project_dir=project), data.as_of.isoformat())
    if failure:
        raise RuntimeError(f"{data.name}: {failure}")
    with connect(current_release(home)) as release:
        found = release.sql("select * from scores.backtests").pl()
    return pl.concat([found, _of_lifetimes(home, data)], how="diagonal_relaxed")


def _of_lifetimes(home: Path, data: DataSet) -> pl.DataFrame:
    """Nothing where nobody buys."""
    [build] = (home / "build").iterdir()
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as warehouse:
        features, labels = (warehouse.sql(f"FROM features.{name}").pl() for name in SNAPSHOTS)
    try:
        return rows_of_lifetimes(load_history(features, labels, data.as_of, data.horizon_days, DataKnobs()))
    except NoScore:
        return pl.DataFrame()


def tables(data: DataSet, found: pl.DataFrame) -> Iterator[str]:
    """One Markdown table a score that the data set can judge: means over the origins, the champion in bold."""
    for score, metrics in SHOWN.items():
        rows = found.filter(pl.col("score_name") == score)
        if rows.is_empty():
            continue
        defined = [metric for metric in metrics if rows.filter(metric=metric)["value"].is_not_null().any()]
        origins = sorted(rows["origin_date"].unique())[-data.origins :]
        rows = rows.filter(pl.col("origin_date").is_in(origins))
        means = rows.group_by("candidate", "is_baseline", "is_champion", "metric").agg(pl.col("value").mean())
        wide = means.pivot("metric", index=["candidate", "is_baseline", "is_champion"], values="value")
        wide = wide.sort("is_baseline", defined[0], descending=[True, False])
        yield "\n".join(
            [
                f"{data.name} ({data.about}), {score.replace('_', ' ')} in {_horizon_of(score, data)} days, "
                f"mean of {len(origins)} origins {origins[0]} to {origins[-1]}",
                "",
                f"| | {' | '.join(metric.replace('_', ' ') for metric in defined)} |",
                "|---" * (len(defined) + 1) + "|",
                *(_line(row, defined) for row in wide.iter_rows(named=True)),
                "",
            ]
        )


def _horizon_of(score: str, data: DataSet) -> int:
    """Tickets have one of their own, whatever the data set."""
    return OWN["ticket_horizon_days"] if score == "ticket_escalation" else data.horizon_days


def _line(row: dict, metrics: list[str]) -> str:
    name = f"**{row['candidate']}**" if row["is_champion"] else row["candidate"]
    name += " (rule of thumb)" if row["is_baseline"] else ""
    cells = ("–" if row[metric] is None else _figure(row[metric]) for metric in metrics)
    return f"| {name} | {' | '.join(cells)} |"


def _figure(value: float) -> str:
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.4f}"


def main(names: list[str]) -> None:
    known = [*(data.name for data in DATA_SETS), UNDATED]
    unknown = set(names) - set(known)
    if unknown:
        sys.exit(f"no such data set: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if SHARED.is_dir() and (not names or UNDATED in names):
        file = SHARED / "telco_churn" / "Telco-Customer-Churn.csv"
        print("\n".join(telco.table(file, SHOWN["subscription_churn"])), flush=True)
    for data in DATA_SETS:
        if names and data.name not in names:
            continue
        if data.land is not _twin and not SHARED.is_dir():
            print(f"{data.name}: the real data sets (../shared/data) are not on this machine\n", flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            for table in tables(data, backtests(data, Path(folder))):
                print(table, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
