"""The curve of a share that grows with the days: with its interval, beside the usual.

Belongs here: the two charts of the page "Next product". Stays out: SQL, Streamlit, the words around a chart.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboards.charts import BLUE, GREY, HEIGHT, INK, LINE

THIS, USUAL = "these customers", "the usual"


def curve(frame: pd.DataFrame) -> alt.LayerChart:
    """`share` with its band from `low` to `high`, and `base`, by `day`."""
    days = alt.X("day:Q", title="Days after the first purchase", axis=_axis(tickCount=6, grid=False))
    shares = _axis(format=".0%", tickCount=5)
    band = alt.Chart(frame).mark_area(color=BLUE, opacity=0.18, interpolate="step-after")
    band = band.encode(x=days, y=alt.Y("low:Q", title="Share who have bought", axis=shares), y2="high:Q")
    lines = frame.melt(["day", "count_at_risk"], ["share", "base"], var_name="who", value_name="part")
    lines["who"] = lines["who"].map({"share": THIS, "base": USUAL})
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", offset=4)
    drawn = alt.Chart(lines).mark_line(interpolate="step-after", strokeWidth=2.5)
    drawn = drawn.encode(
        x=days,
        y=alt.Y("part:Q", axis=shares),
        color=alt.Color("who:N", scale=alt.Scale(domain=[THIS, USUAL], range=[BLUE, GREY]), legend=legend),
        tooltip=[
            alt.Tooltip("day:Q", title="Day"),
            alt.Tooltip("who:N", title="Who"),
            alt.Tooltip("part:Q", title="Have bought", format=".1%"),
            alt.Tooltip("count_at_risk:Q", title="Customers still watched", format=","),
        ],
    )
    return _finish(alt.layer(band, drawn), HEIGHT)


def shares_against_usual(frame: pd.DataFrame) -> alt.LayerChart:
    """Per `label` the 90-day share as a bar, its interval as a line, and the usual as a tick."""
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", title=None, sort=None, axis=_axis(grid=False, labelLimit=190)),
        tooltip=[
            alt.Tooltip("label:N", title="What"),
            alt.Tooltip("share_90d:Q", title="Buy within 90 days", format=".0%"),
            alt.Tooltip("low:Q", title="At least", format=".0%"),
            alt.Tooltip("high:Q", title="At most", format=".0%"),
            alt.Tooltip("base_90d:Q", title="The usual", format=".0%"),
            alt.Tooltip("count_customers:Q", title="Customers", format=","),
        ],
    )
    axis = _axis(format=".0%", tickCount=5)
    share = alt.X("share_90d:Q", title="Buy within 90 days; line: 95% interval, grey: the usual", axis=axis)
    bars = base.mark_bar(color=BLUE, opacity=0.75, cornerRadiusEnd=2).encode(x=share)
    interval = base.mark_rule(color=INK, strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q")
    usual = base.mark_tick(color=GREY, thickness=4, size=20).encode(x=alt.X("base_90d:Q"))
    return _finish(alt.layer(bars, usual, interval), 34 * len(frame) + 50)


def _axis(**options: object) -> alt.Axis:
    return alt.Axis(**{"domain": False, "ticks": False, "gridColor": LINE, "labelColor": INK} | options)


def _finish(chart: alt.LayerChart, height: int) -> alt.LayerChart:
    sized = chart.properties(height=height, background="transparent")
    return sized.configure_view(strokeWidth=0).configure_axis(titleColor=INK, titlePadding=8)
