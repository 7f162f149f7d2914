"""Heat maps: cells of two ordered categories, coloured by how much is in them and labelled with it.

Belongs here: the one look of such maps. Stays out: every other chart (charts), SQL, Streamlit.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from dashboards.charts import BLUE, INK

ROW_HEIGHT = 30
DARK = 0.55
"""From this share of the largest value on, a cell is dark enough for white figures."""


def heat_map(
    frame: pd.DataFrame, x: str, y: str, value: str, titles: tuple[str, str], number: str,
    tooltip: Sequence[alt.Tooltip], x_order: Sequence[object] | None = None, y_order: Sequence[str] | None = None,
    x_angle: int = 0,
) -> alt.LayerChart:  # fmt: skip
    """Cells in the order of the rows unless told otherwise; `titles` are those of the columns and of the rows.

    Words above narrow columns need an `x_angle`.
    """
    largest = max(float(frame[value].max()), 1e-9)
    axis = {"domain": False, "ticks": False, "labelColor": INK, "titleColor": INK, "labelPadding": 6}
    cells = alt.Chart(frame).encode(
        x=alt.X(
            f"{x}:O",
            title=titles[0],
            sort=list(x_order) if x_order else None,
            axis=alt.Axis(**axis, orient="top", labelAngle=x_angle, labelOverlap=False),
        ),
        y=alt.Y(f"{y}:N", title=titles[1], sort=list(y_order) if y_order else None, axis=alt.Axis(**axis)),
        tooltip=list(tooltip),
    )
    colour = alt.Color(
        f"{value}:Q", legend=None, scale=alt.Scale(domain=[0, largest], range=["#F1F6FA", BLUE], clamp=True)
    )
    figure = alt.condition(f"datum.{value} > {DARK * largest}", alt.value("white"), alt.value(INK))
    boxes = cells.mark_rect(stroke="white", strokeWidth=2, cornerRadius=3).encode(color=colour)
    figures = cells.mark_text(fontSize=11).encode(text=alt.Text(f"{value}:Q", format=number), color=figure)
    return (
        alt.layer(boxes, figures)
        .properties(
            height=ROW_HEIGHT * frame[y].nunique() + 60,
            background="transparent",
            padding={"left": 0, "top": 4, "right": 4, "bottom": 4},
        )
        .configure_view(strokeWidth=0)
    )
