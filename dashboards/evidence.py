"""How far a score can be trusted: the verdict, and the backtest that led to it, candidate by candidate.

Belongs here: the block under every score. Stays out: training and judging (the release brings their results).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboards import blocks, charts, formats, lists, queries
from dashboards.data import OpenRelease

SCORE_WORDS = {"churn": "churn scores", "next_purchase": "next-purchase scores", "lifetime_value": "value scores"}
EVIDENCE_WORDS = {
    "own": "from the customer's own history",
    "pooled": "from customers like this one",
    "none": "no history yet: the average of everyone",
}
PLACES = {"Champion": 0, "Candidate": 1, "Baseline": 2}
"""The order of candidates within one backtest."""
METRICS = {
    "auc": ("AUC", "higher is better"),
    "auc_recent": ("AUC, recent customers", "higher is better"),
    "average_precision": ("Average precision", "higher is better"),
    "brier": ("Brier score", "lower is better"),
    "log_loss": ("Log loss", "lower is better"),
    "ece": ("Calibration error", "lower is better"),
    "mae": ("Mean absolute error", "lower is better"),
    "rmse": ("Root mean squared error", "lower is better"),
    "rmse_capped": ("Same, bulk buyers capped", "lower is better"),
    "spearman": ("Rank correlation", "higher is better"),
    "normalised_gini": ("Normalised Gini", "higher is better"),
    "top_decile_capture": ("Top tenth captured", "higher is better"),
    "dec_wape": ("Error of tenths", "lower is better"),
    "aggregate_error": ("Error of the total", "nearer 0 is better"),
    "c_index": ("C-index", "higher is better"),
    "interval_coverage": ("Share inside the interval", "nearer 80% is better"),
}


@dataclass(frozen=True)
class Trust:
    """What the release says about one score. Without a card nothing was trained, which also withholds it."""

    is_published: bool
    verdict: str
    champion: str | None
    model_version: str | None


def trust(release: OpenRelease, score_name: str) -> Trust:
    card = release.row(queries.evidence.CARD, score_name=score_name)
    if not card:
        return Trust(False, "No model has been trained yet. Load orders and run `rapport run`.", None, None)
    return Trust(bool(card["is_published"]), card["verdict"] or "", card["champion"], card["model_version"])


def withheld(found: Trust, what: str) -> bool:
    """Say so, and why, when a score is withheld; True then."""
    if found.is_published:
        return False
    st.warning(f"**{what} are withheld in this release.** {found.verdict}", icon=":material/visibility_off:")
    return True


def show(release: OpenRelease, score_name: str, found: Trust) -> None:
    """The panel "Can this be trusted?" with the verdict, one metric over the origins, and the whole table."""
    results = release.rows(queries.evidence.BACKTESTS, score_name=score_name)
    with blocks.panel(
        f"Can {SCORE_WORDS[score_name]} be trusted?", "Each candidate predicted the past from what was known before it"
    ):
        if found.verdict:
            st.markdown(f"**Verdict:** {found.verdict}")
        if found.champion:
            st.caption(f"Champion: {found.champion} · model version {found.model_version}")
        if results.empty:
            blocks.nothing(
                "No backtest yet: it needs several complete windows of 90 days. Load more history, run `rapport run`."
            )
            return
        results = _readable(results)
        measured = list(dict.fromkeys(results["metric"]))
        chosen = st.segmented_control(
            "Metric", measured, format_func=_metric_name, default=measured[0], required=True,
            key=f"metric_{score_name}", label_visibility="collapsed",
        )  # fmt: skip
        name, direction = METRICS.get(chosen, (chosen, ""))
        shown = results[results["metric"] == chosen].sort_values("origin_date")
        label = f"{name} ({direction})" if direction else name
        st.altair_chart(charts.backtest(shown, label), width="stretch", alt=f"{label} per backtest origin")
        _table(results)


def reasons(text: str | None) -> list[str]:
    """The reasons of a score row, from JSON text."""
    found = json.loads(text) if text else []
    return [str(reason) for reason in found] if isinstance(found, list) else [str(found)]


def _readable(results: pd.DataFrame) -> pd.DataFrame:
    roles = (
        results["is_champion"]
        .map({True: "Champion"})
        .fillna(results["is_baseline"].map({True: "Baseline", False: "Candidate"}))
    )
    origins = pd.to_datetime(results["origin_date"]).dt.date.map(formats.day)
    return results.assign(
        role=roles, place=roles.map(PLACES), origin=origins, candidate=results["candidate"].str.replace("_", " ")
    )


def _table(results: pd.DataFrame) -> None:
    wide = results.pivot_table(
        index=["origin_date", "place", "origin", "candidate", "role", "n_customers"], columns="metric", values="value"
    )
    wide = wide.reset_index().sort_values(["origin_date", "place"], ascending=[False, True])
    columns = {
        "origin": st.column_config.TextColumn("Backtest from"),
        "candidate": st.column_config.TextColumn("Candidate"),
        "role": st.column_config.TextColumn("Role"),
        "n_customers": st.column_config.NumberColumn("Customers", format="%,d"),
    }
    for metric in dict.fromkeys(results["metric"]):
        name, direction = METRICS.get(metric, (metric, ""))
        columns[metric] = st.column_config.NumberColumn(name, format="%.4f", help=direction or None)
    lists.table(wide, columns, "Backtest results by origin and candidate")


def _metric_name(metric: str) -> str:
    return METRICS.get(metric, (metric, ""))[0]
