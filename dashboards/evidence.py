"""How far a score can be trusted: the verdict, and the backtest that led to it, candidate by candidate.

Belongs here: the block under every score. Stays out: training and judging (the release brings their results).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import streamlit as st

from dashboards import blocks, charts, formats, lists, queries, said_and_seen
from dashboards.data import OpenRelease

SCORE_WORDS = {
    "churn": "churn scores",
    "next_purchase": "next-purchase scores",
    "lifetime_value": "value scores",
    "next_items": "likely items",
    "best_channel": "best channels",
    "best_hour": "best hours",
    "deal_win": "chances of winning",
    "lead_conversion": "chances of leads",
    "subscription_churn": "risks of subscriptions",
    "ticket_escalation": "risks of tickets",
}
EVIDENCE_WORDS = {
    "own": "from the customer's own history",
    "pooled": "from customers like this one",
    "none": "no history yet: the average of everyone",
}
PLACES = {"Champion": 0, "Candidate": 1, "Baseline": 2}
"""The order of candidates within one backtest."""
HIGHER, LOWER, ZERO, EIGHTY = "higher is better", "lower is better", "nearer 0 is better", "nearer 80% is better"
EIGHTY_OR_MORE = "80%, or as many as buy nothing"
METRICS = {
    "brier": ("Brier score", LOWER),
    "brier_28d": ("Brier, 28 days", LOWER),
    "brier_30d": ("Brier, 30 days", LOWER),
    "brier_60d": ("Brier, 60 days", LOWER),
    "brier_90d": ("Brier, 90 days", LOWER),
    "rmse_capped": ("Error, bulk buyers capped", LOWER),
    "log_loss": ("Log loss", LOWER),
    "auc": ("AUC", HIGHER),
    "auc_90d": ("AUC, 90 days", HIGHER),
    "auc_recent": ("AUC, recent customers", HIGHER),
    "average_precision": ("Average precision", HIGHER),
    "ece": ("Calibration error", LOWER),
    "ece_90d": ("Calibration error, 90 days", LOWER),
    "c_index": ("C-index", HIGHER),
    "normalised_gini": ("Normalised Gini", HIGHER),
    "top_decile_capture": ("Best tenth captured", HIGHER),
    "spearman": ("Rank correlation", HIGHER),
    "rmse": ("Root mean squared error", LOWER),
    "mae": ("Mean absolute error", LOWER),
    "dec_wape": ("Error by tenths", LOWER),
    "aggregate_error": ("Error of the total", ZERO),
    "interval_coverage": ("Inside the interval", EIGHTY_OR_MORE),
    "interval_coverage_attainable": ("Inside the interval, if a purchase is 20% likely or more", EIGHTY),
    "orders_mae": ("Orders, mean absolute error", LOWER),
    "orders_aggregate_error": ("Orders, error of the total", ZERO),
    "orders_interval_coverage": ("Orders, inside the interval", EIGHTY_OR_MORE),
    "orders_interval_coverage_attainable": (
        "Orders, inside the interval, if a purchase is 20% likely or more",
        EIGHTY,
    ),
    "mae_days_returners": ("Days off, returners", LOWER),
    "hit_within_7_days_returners": ("Within 7 days, returners", HIGHER),
    "named_right": ("Named right", HIGHER),
    "hit_first": ("First item ordered", HIGHER),
    "hit_any": ("Any of three ordered", HIGHER),
    "share_named_in_vain": ("Named in vain", LOWER),
    "interval_coverage_returners": ("Inside the interval, returners", EIGHTY),
}
"""Name and direction of each metric, those that choose the champion first. An unknown one keeps its own name."""


@dataclass(frozen=True)
class Trust:
    """What the release says about one score. Without a card nothing was trained, which also withholds it."""

    is_published: bool
    verdict: str
    champion: str | None
    model_version: str | None
    card: dict = field(default_factory=dict)

    @property
    def learned_on(self) -> date | None:
        """None for releases from before models were kept from night to night."""
        found = self.card.get("training", {}).get("as_of_date")
        return date.fromisoformat(found) if found else None


def trust(release: OpenRelease, score_name: str) -> Trust:
    card = release.row(queries.evidence.CARD, score_name=score_name)
    if not card:
        return Trust(False, "No model has been trained yet. Load orders, then run: rapport run.", None, None)
    details = json.loads(card["card"] or "{}")
    return Trust(bool(card["is_published"]), card["verdict"] or "", card["champion"], card["model_version"], details)


def show(release: OpenRelease, score_name: str, found: Trust) -> None:
    """The panel "Can this be trusted?" with the verdict, one metric over the origins, and the whole table."""
    results = release.rows(queries.evidence.BACKTESTS, score_name=score_name)
    with blocks.panel(
        f"Can {SCORE_WORDS[score_name]} be trusted?", "Each candidate predicted the past from what was known before it"
    ):
        if found.is_published:
            st.markdown(f"**Verdict:** {formats.plain(found.verdict)}")
        if found.champion:
            known = [
                f"Champion: {formats.plain(found.champion)}",
                f"model version {formats.plain(found.model_version)}",
            ]
            if found.learned_on:
                known.append(f"learned on {formats.day(found.learned_on)}; everybody is scored every night")
            st.caption(" · ".join(known))
        for judged in ("calibration", "season"):
            if told := found.card.get(judged):
                st.caption(formats.plain(told["sentence"]))
        if results.empty:
            blocks.nothing("No backtest yet: it needs several complete windows. Load more history, run `rapport run`.")
            return
        results = _readable(results)
        chosen = st.selectbox(
            "Metric",
            _by_importance(results["metric"].unique(), found.card.get("loss_name")),
            format_func=_label,
            key=f"metric_{score_name}",
            width=320,
        )
        shown = results[results["metric"] == chosen]
        st.altair_chart(
            charts.backtest(shown.sort_values("origin_date"), METRICS.get(chosen, (chosen,))[0]),
            alt=f"{_label(chosen)} by origin",
        )
        _table(shown, chosen)
    said_and_seen.show(release, score_name, SCORE_WORDS[score_name], found.card)


def reasons(text: str | None) -> list[str]:
    """The reasons of a score row, from JSON text, each beginning with a capital."""
    return [reason[:1].upper() + reason[1:] for reason in json.loads(text or "[]")]


def why(text: str | None) -> str:
    """The reasons in one cell."""
    return "; ".join(reasons(text))


def ranges(found: pd.DataFrame) -> list[str | None]:
    """`low` to `high` of every row, shares in [0, 1], in words."""
    return [formats.share_interval(low, high) for low, high in zip(found["low"], found["high"], strict=True)]


def _readable(results: pd.DataFrame) -> pd.DataFrame:
    roles = (
        results["is_champion"]
        .map({True: "Champion"})
        .fillna(results["is_baseline"].map({True: "Baseline", False: "Candidate"}))
    )
    origins = pd.to_datetime(results["origin_date"]).dt.date.map(formats.day)
    return results.assign(role=roles, place=roles.map(PLACES), origin=origins)


def _table(results: pd.DataFrame, metric: str) -> None:
    """Candidates down, champion first and baselines last; backtest origins across, and their mean."""
    wide = results.pivot_table(index=["place", "role", "candidate"], columns="origin_date", values="value")
    means = wide.mean(axis=1)
    origins = {formats.day(origin.date()): origin for origin in wide.columns}
    wide = wide.rename(columns={origin: label for label, origin in origins.items()})
    wide = wide.assign(mean=means).reset_index().sort_values(["place", "mean"], kind="stable")
    numbers = {label: st.column_config.NumberColumn(f"From {label}", format="%.4f") for label in origins}
    columns = {
        "candidate": st.column_config.TextColumn("Candidate"),
        "role": st.column_config.TextColumn("Role"),
        "mean": st.column_config.NumberColumn("Mean", format="%.4f"),
        **numbers,
    }
    lists.table(wide, columns, f"{_label(metric)} by candidate and origin")


def _by_importance(metrics: Iterable[str], loss_name: str | None) -> list[str]:
    """The metric by which the champion was chosen first."""
    decisive = (loss_name or "").replace(" ", "_")
    known = list(METRICS)
    return sorted(
        metrics,
        key=lambda metric: (metric != decisive, known.index(metric) if metric in METRICS else len(known), metric),
    )


def _label(metric: str) -> str:
    name, direction = METRICS.get(metric, (metric.replace("_", " "), None))
    return f"{name} ({direction})" if direction else name
