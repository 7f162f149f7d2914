"""What drives a score over all customers: how far each theme moves it, and along which curve.

Belongs here: the panel and its two pictures, read from the model card. Stays out: how any of it is computed
(models_ml/drivers.py), the reasons of one customer (they stand in the lists).
"""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import blocks
from dashboards.charts import BLUE, INK, LINE, ranked_bars

SMALLEST_SHIFT = 0.001
"""Of probability: less is drawn as nothing."""
MOST_SHOWN = 8


def show(card: dict) -> None:
    """Nothing where the card has none: an earlier version made it, or nothing moves the score."""
    moving = [driver for driver in card.get("drivers", []) if driver["shift"] >= SMALLEST_SHIFT]
    if not moving:
        return
    shown = sorted(moving, key=lambda driver: -driver["shift"])[:MOST_SHOWN]
    left, right = st.columns(2)
    note = "Percentage points, each customer against one who is typical in this, on average. It need not be a cause"
    with left, blocks.panel("What drives the risk", note):
        bars = pd.DataFrame(shown)[["title", "shift", "effect"]].assign(shift=lambda rows: 100 * rows["shift"])
        log_odds = alt.Tooltip("effect:Q", title="In log odds", format=".2f")
        drawn = ranked_bars(bars, "title", "shift", "Percentage points", [log_odds], number=".1f")
        st.altair_chart(drawn, alt="Mean change of the churn probability by driver")
    curved = {driver["title"]: pd.DataFrame(driver["curve"]) for driver in shown if driver["curve"]}
    if curved:
        with right, blocks.panel("How it changes the risk", "Mean probability if this alone were different"):
            chosen = st.selectbox("Driver", list(curved), key="driver", width=260)
            st.altair_chart(curve(curved[chosen], chosen), alt=f"Mean churn probability by {chosen.lower()}")


def curve(points: pd.DataFrame, title: str) -> alt.LayerChart:
    """Probability from 0 to 1 in every picture, or a flat curve would look as steep as any."""
    base = alt.Chart(points).encode(
        x=alt.X("value:Q", title=title, axis=_axis(format=_number(points["value"])), scale=alt.Scale(zero=False)),
        y=alt.Y(
            "probability:Q",
            title="Mean probability",
            scale=alt.Scale(domain=[0, 1]),
            axis=_axis(format=".0%", tickCount=5),
        ),
        tooltip=[
            alt.Tooltip("value:Q", title=title, format=",.4~g"),
            alt.Tooltip("probability:Q", title="Mean probability", format=".1%"),
        ],
    )
    line = base.mark_line(color=BLUE, strokeWidth=2)
    drawn = alt.layer(line, base.mark_circle(color=BLUE, size=55, opacity=1))
    drawn = drawn.properties(
        height=250, background="transparent", padding={"left": 0, "top": 4, "right": 8, "bottom": 4}
    )
    return drawn.configure_view(strokeWidth=0).configure_axis(titleColor=INK, titlePadding=8)


def _number(values: pd.Series) -> str:
    """Whole numbers as they are, thousands short, shares of one with their digits."""
    return "~s" if values.max() >= 1_000 else ",.3~g"


def _axis(**options: object) -> alt.Axis:
    return alt.Axis(**{"domain": False, "ticks": False, "gridColor": LINE, "labelColor": INK, "tickCount": 6} | options)
