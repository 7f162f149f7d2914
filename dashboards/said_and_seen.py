"""What a score said at past dates beside what came: the picture, kinds of customers, and the other candidates.

Belongs here: the second half of "Can this be trusted?", read from the model card. Stays out: the backtest's metrics
(evidence.py), how any of it is computed (models_ml/reliability.py).
"""

from __future__ import annotations

from datetime import date, timedelta

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import blocks, formats, lists
from dashboards.charts import BLUE, GREY, INK, LINE, ORANGE, lines_over_time
from dashboards.data import OpenRelease

MONEY = ("lifetime_value",)
"""Scores in money; all others are probabilities."""
_TOLD = {"said": "Said", "seen": "Came", "low": "At least", "high": "At most"}
CAME, FORESEEN = "came", "foreseen"


def show(release: OpenRelease, score_name: str, words: str, card: dict) -> None:
    """`words` names the scores in the titles. Nothing where the card has none of it: there was too little history to
    judge, or an earlier version made it.
    """
    _tracking(card.get("tracking", []))
    tenths = pd.DataFrame(card.get("by_tenth", []))
    if tenths.empty:
        return
    is_money = score_name in MONEY
    note = "At all past dates together, from the lowest tenth of what was said to the highest; line: 95% interval"
    left, right = st.columns([3, 2])
    with left, blocks.panel(f"What {words} said, and what came", note):
        st.altair_chart(picture(tenths, is_money, release.currency), alt="What was said, and what came, by tenth")
    with right:
        _kinds(release, words, pd.DataFrame(card.get("by_group", [])), is_money)
        _behind(words, pd.DataFrame(card.get("behind_champion", [])), card.get("loss_name"))
    _slices(release, score_name, words, pd.DataFrame(card.get("slices", [])), is_money)


def _tracking(weeks: list[dict]) -> None:
    unseen = [week for week in weeks if week["is_foreseen"]]
    if not unseen:
        return
    first, last = unseen[0], unseen[-1]
    with blocks.panel(
        "Repeat purchases, foreseen and real", "Purchase days after each customer's first, all together, week by week"
    ):
        lines = pd.DataFrame(weeks).melt(["week_end"], ["actual", "expected"], var_name="line", value_name="purchases")
        lines["line"] = lines["line"].map({"actual": CAME, "expected": FORESEEN})
        lines["week_end"] = pd.to_datetime(lines["week_end"])
        colours = {CAME: BLUE, FORESEEN: ORANGE}
        drawn = lines_over_time(lines, "week_end", "purchases", "Repeat purchases so far", "line", colours)
        st.altair_chart(drawn, alt="Repeat purchases week by week, foreseen and real")
        off = last["expected"] / last["actual"] - 1 if last["actual"] else None
        st.caption(
            f"The model knew nothing from {formats.day(date.fromisoformat(first['week_end']) - timedelta(days=7))} on. "
            f"By {formats.day(date.fromisoformat(last['week_end']))} it foresaw {last['expected']:,.0f}; "
            f"{last['actual']:,} came" + ("." if off is None else f" ({off:+.1%}).")
        )


def picture(tenths: pd.DataFrame, is_money: bool, currency: str | None) -> alt.LayerChart:
    """Points on the diagonal came as they were said; above it more came."""
    number = ",.0f" if is_money else ".0%"
    unit = f", {currency}" if is_money and currency else ""
    most = float(tenths[["said", "high"]].to_numpy().max())
    least = min(0.0, float(tenths["low"].min()))
    scale = alt.Scale(domain=[least, most], nice=True)
    axis = alt.Axis(format=number, domain=False, ticks=False, gridColor=LINE, labelColor=INK, tickCount=5)
    ends = pd.DataFrame({"said": [least, most], "seen": [least, most]})
    x = alt.X("said:Q", title=f"Said{unit}", scale=scale, axis=axis)
    diagonal = alt.Chart(ends).mark_line(color=GREY, strokeDash=[4, 4])
    diagonal = diagonal.encode(x=x, y=alt.Y("seen:Q", title=f"Came{unit}", scale=scale, axis=axis))
    base = alt.Chart(tenths).encode(
        x=x,
        tooltip=[
            alt.Tooltip("group:N", title="Tenth"),
            alt.Tooltip("said:Q", title="Said", format=number),
            alt.Tooltip("seen:Q", title="Came", format=number),
            alt.Tooltip("low:Q", title="At least", format=number),
            alt.Tooltip("high:Q", title="At most", format=number),
            alt.Tooltip("subjects:Q", title="Judged", format=","),
        ],
    )
    interval = base.mark_rule(color=BLUE, strokeWidth=2).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    points = base.mark_circle(color=BLUE, size=70, opacity=1).encode(y=alt.Y("seen:Q", scale=scale))
    drawn = alt.layer(diagonal, interval, points).properties(height=320, background="transparent")
    return drawn.configure_view(strokeWidth=0).configure_axis(titleColor=INK, titlePadding=8)


def _kinds(release: OpenRelease, words: str, kinds: pd.DataFrame, is_money: bool) -> None:
    if kinds.empty:
        return
    note = "New: first bought within a window. Lapsed: silent for more than two"
    with blocks.panel(f"{_capital(words)} by kind of customer", note):
        if is_money:
            said, came = lists.money_column("Said", release), lists.money_column("Came", release)
        else:
            kinds = lists.as_percent(kinds, "said", "seen")
            said, came = lists.percent_column("Said"), lists.percent_column("Came")
        columns = {
            "group": st.column_config.TextColumn("Kind"),
            "said": said,
            "seen": came,
            "subjects": st.column_config.NumberColumn("Customers", format="localized"),
        }
        lists.table(kinds, columns, "What was said and what came, by kind of customer")


def _slices(release: OpenRelease, score_name: str, words: str, slices: pd.DataFrame, is_money: bool) -> None:
    """Whether a score says of each group of people what then came; nothing where the company knows of no groups."""
    if slices.empty:
        return
    off, of = int(slices["is_off"].sum()), len(slices)
    note = f"In {off} of {of} groups what was said lies outside the 95% interval of what came; one in twenty is chance"
    with blocks.panel(f"{_capital(words)}: are they right for everyone?", note):
        attributes = list(slices["attribute"].unique())
        chosen = st.selectbox("By", attributes, format_func=_capital, key=f"slices_{score_name}", width=240)
        shown = slices[slices["attribute"] == chosen].drop(columns="attribute")
        if is_money:
            kinds = {name: lists.money_column(title, release) for name, title in _TOLD.items()}
        else:
            shown = lists.as_percent(shown, *_TOLD)
            kinds = {name: lists.percent_column(title) for name, title in _TOLD.items()}
        columns = {
            "group": st.column_config.TextColumn(_capital(chosen)),
            **kinds,
            "subjects": st.column_config.NumberColumn("Customers", format="localized"),
            "is_off": st.column_config.CheckboxColumn("Off"),
        }
        lists.table(shown, columns, f"What was said and what came, by {chosen}")


def _behind(words: str, behind: pd.DataFrame, loss_name: str | None) -> None:
    if behind.empty or not loss_name:
        return
    note = f"How much larger their loss ({formats.plain(loss_name)}) is than the champion's, with its 95% interval"
    with blocks.panel(f"{_capital(words)}: the other candidates", note):
        columns = {
            "candidate": st.column_config.TextColumn("Candidate"),
            "gap": st.column_config.NumberColumn("Larger by", format="%.4g"),
            "low": st.column_config.NumberColumn("At least", format="%.4g"),
            "high": st.column_config.NumberColumn("At most", format="%.4g"),
        }
        lists.table(behind.sort_values("gap"), columns, "How far the other candidates are behind the champion")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
