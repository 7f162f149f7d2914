"""What drives a score over all customers: how far each theme moves it, and along which curve.

Belongs here: the panel and its two pictures, read from the model card. Stays out: how any of it is computed
(models_ml/drivers.py), the reasons of one customer (they stand in the lists).
"""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import blocks, formats
from dashboards.charts import BLUE, INK, LINE, ranked_bars

SMALLEST_SHIFT = 0.001
"""Of probability, or of the logarithm of an amount: less is drawn as nothing."""
MOST_SHOWN = 8


@dataclass(frozen=True)
class Subject:
    """How a score is called on its pictures; `of` is the key of its curve, probability or amount."""

    name: str
    mean: str
    of: str = "probability"

    @property
    def is_money(self) -> bool:
        return self.of == "amount"


SUBJECTS = {
    "churn": Subject("risk", "Mean probability"),
    "next_purchase": Subject("next purchase", "Mean probability"),
    "lifetime_value": Subject("value", "Mean value", "amount"),
}


def show(card: dict, score_name: str, currency: str | None = None) -> None:
    """Nothing where the card has none: an earlier version made it, or nothing moves the score."""
    subject = SUBJECTS[score_name]
    size = "effect" if subject.is_money else "shift"
    moving = [driver for driver in card.get("drivers", []) if driver[size] >= SMALLEST_SHIFT]
    if not moving:
        return
    shown = sorted(moving, key=lambda driver: -driver["shift"])[:MOST_SHOWN]
    left, right = st.columns(2)
    unit = formats.SYMBOLS.get(currency, currency or "Amount") if subject.is_money else "Percentage points"
    note = f"{unit}: each customer against one who is typical in this, on average. It need not be a cause"
    with left, blocks.panel(f"What drives the {subject.name}", formats.plain(note)):
        times, number = (1, ",.0f") if subject.is_money else (100, ".1f")
        bars = pd.DataFrame(shown)[["title", "shift", "effect"]].assign(shift=lambda rows: times * rows["shift"])
        log_scale = alt.Tooltip("effect:Q", title="Logarithm" if subject.is_money else "In log odds", format=".2f")
        drawn = ranked_bars(bars, "title", "shift", unit, [log_scale], number=number)
        st.altair_chart(drawn, alt=f"Mean change of the {subject.name} by driver")
    curved = {driver["title"]: pd.DataFrame(driver["curve"]) for driver in shown if driver["curve"]}
    if curved:
        with right, blocks.panel(f"How it changes the {subject.name}", f"{subject.mean} if this alone were different"):
            chosen = st.selectbox("Driver", list(curved), key=f"driver_{score_name}", width=260)
            st.altair_chart(curve(curved[chosen], chosen, subject), alt=f"{subject.mean} by {chosen.lower()}")


def curve(points: pd.DataFrame, title: str, subject: Subject) -> alt.LayerChart:
    """Probability from 0 to 1 and money from 0 in every picture, or a flat curve would look as steep as any."""
    domain = [0, max(1.25 * float(points[subject.of].max()), 1e-9)] if subject.is_money else [0, 1]
    axis, tip = ("~s", ",.0f") if subject.is_money else (".0%", ".1%")
    base = alt.Chart(points).encode(
        x=alt.X("value:Q", title=title, axis=_axis(format=_number(points["value"])), scale=alt.Scale(zero=False)),
        y=alt.Y(
            f"{subject.of}:Q",
            title=subject.mean,
            scale=alt.Scale(domain=domain),
            axis=_axis(format=axis, tickCount=5),
        ),
        tooltip=[
            alt.Tooltip("value:Q", title=title, format=",.4~g"),
            alt.Tooltip(f"{subject.of}:Q", title=subject.mean, format=tip),
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
