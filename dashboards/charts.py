"""Every chart, in one look: Altair builders that take a small frame and return a chart as wide as its container.

Belongs here: marks, scales, colours, tooltips. Stays out: SQL, Streamlit, the words around a chart.
Colours are Okabe and Ito's (Jfly 2008), told apart with every common kind of colour blindness; one meaning, one colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
GREY, INK, LINE = "#A7B1BC", "#3C4856", "#E6EAEF"
TEAMS = {"shop": BLUE, "support": ORANGE, "sales": GREEN, "marketing": PURPLE}
BANDS = {"Low": SKY, "Medium": ORANGE, "High": VERMILLION}
HEIGHT = 250
PERIODS = {"week": "%-d %b %Y", "month": "%b %Y", "day": "%-d %b %Y"}


def bars_over_time(frame: pd.DataFrame, y: str, y_title: str, grain: str, number: str = ",.0f") -> alt.Chart:
    """Bars per `period`; a period flagged `is_partial` is drawn lighter, because it is not over."""
    opacity = alt.condition("datum.is_partial", alt.value(0.45), alt.value(1))
    return _finish(
        alt.Chart(frame)
        .mark_bar(color=BLUE, cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=_time("period", grain),
            y=alt.Y(f"{y}:Q", title=y_title, axis=_quantity()),
            opacity=opacity,
            tooltip=[_when("period", grain), alt.Tooltip(f"{y}:Q", title=y_title, format=number)],
        )
    )


def stacked_over_time(
    frame: pd.DataFrame, y: str, y_title: str, grain: str, series: str, colours: Mapping[str, str], number: str = ",.0f"
) -> alt.Chart:
    """Stacked bars per `period`, one colour per value of `series`."""
    return _finish(
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=_time("period", grain),
            y=alt.Y(f"{y}:Q", title=y_title, axis=_quantity()),
            color=_colours(series, colours, frame),
            tooltip=[
                _when("period", grain),
                alt.Tooltip(f"{series}:N", title=series.capitalize()),
                alt.Tooltip(f"{y}:Q", title=y_title, format=number),
            ],
        )
    )


def lines_over_time(
    frame: pd.DataFrame, x: str, y: str, y_title: str, series: str, colours: Mapping[str, str], grain: str = "week"
) -> alt.Chart:
    """One line with points per value of `series`."""
    return _finish(
        alt.Chart(frame)
        .mark_line(point=alt.OverlayMarkDef(size=18), strokeWidth=2)
        .encode(
            x=_time(x, grain, is_band=False),
            y=alt.Y(f"{y}:Q", title=y_title, axis=_quantity()),
            color=_colours(series, colours, frame),
            tooltip=[
                _when(x, grain),
                alt.Tooltip(f"{series}:N", title=series.capitalize()),
                alt.Tooltip(f"{y}:Q", title=y_title, format=",.0f"),
            ],
        )
    )


def area_over_time(frame: pd.DataFrame, x: str, y: str, y_title: str) -> alt.Chart:
    """One stock per day as a filled step line."""
    return _finish(
        alt.Chart(frame)
        .mark_area(color=BLUE, opacity=0.18, interpolate="step-after", line={"color": BLUE, "strokeWidth": 2})
        .encode(
            x=_time(x, "day", is_band=False),
            y=alt.Y(f"{y}:Q", title=y_title, axis=_quantity()),
            tooltip=[_when(x, "day"), alt.Tooltip(f"{y}:Q", title=y_title, format=",.0f")],
        )
    )


def probability_histogram(frame: pd.DataFrame, x_title: str) -> alt.Chart:
    """Customers per bin (`bin_start`, `bin_end`) of a probability, coloured by `churn_band`."""
    return _finish(
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X(
                "bin_start:Q",
                title=x_title,
                bin="binned",
                scale=alt.Scale(domain=[0, 1]),
                axis=_axis(format="%", grid=False),
            ),
            x2="bin_end:Q",
            y=alt.Y("customers:Q", title="Customers", axis=_quantity()),
            color=_colours("churn_band", BANDS, frame, title="Band"),
            tooltip=[
                alt.Tooltip("bin_start:Q", title="From", format=".0%"),
                alt.Tooltip("bin_end:Q", title="To", format=".0%"),
                alt.Tooltip("churn_band:N", title="Band"),
                alt.Tooltip("customers:Q", title="Customers", format=","),
            ],
        )
    )


def columns(frame: pd.DataFrame, x: str, y: str, x_title: str, y_title: str, tooltip: Sequence[alt.Tooltip] = (),
            number: str = ",.0f", axis_format: str = "~s", colour: str = BLUE) -> alt.Chart:  # fmt: skip
    """Upright bars over an ordered category, in the order of the rows."""
    return _finish(
        alt.Chart(frame)
        .mark_bar(color=colour, cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X(f"{x}:N", title=x_title, sort=None, axis=_axis(grid=False, labelAngle=0, labelOverlap=True)),
            y=alt.Y(f"{y}:Q", title=y_title, axis=_quantity(axis_format)),
            tooltip=[
                alt.Tooltip(f"{x}:N", title=x_title),
                alt.Tooltip(f"{y}:Q", title=y_title, format=number),
                *tooltip,
            ],
        )
    )


def ranked_bars(frame: pd.DataFrame, category: str, value: str, value_title: str, tooltip: Sequence[alt.Tooltip] = (),
                number: str = ",.0f", row_height: int = 34) -> alt.Chart:  # fmt: skip
    """Lying bars, labelled at their end, in the order of the rows."""
    bars = alt.Chart(frame).encode(
        y=alt.Y(f"{category}:N", title=None, sort=None, axis=_axis(grid=False, labelLimit=150)),
        # The ends of the bars are labelled, so an axis would say it twice; the domain leaves room for the labels.
        x=alt.X(f"{value}:Q", axis=None, scale=alt.Scale(domain=[0, _longest(frame[value]) * 1.25])),
        tooltip=[
            alt.Tooltip(f"{category}:N", title="Name"),
            alt.Tooltip(f"{value}:Q", title=value_title, format=number),
            *tooltip,
        ],
    )
    ends = bars.mark_text(align="left", dx=5, color=INK).encode(text=alt.Text(f"{value}:Q", format=number))
    return _finish(
        alt.layer(bars.mark_bar(color=BLUE, cornerRadiusTopRight=2, cornerRadiusBottomRight=2), ends),
        height=max(HEIGHT, row_height * len(frame) + 40),
    )


def intervals(
    frame: pd.DataFrame, axis_format: str, x_title: str, domain: tuple[float, float] | None = None
) -> alt.Chart:
    """A point with its `low` to `high` bar for each `label`, in the order of the rows."""
    scale = alt.Scale(domain=domain) if domain else alt.Scale(zero=True)
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", title=None, sort=None, axis=_axis(grid=False, labelLimit=180)),
        tooltip=[
            alt.Tooltip("label:N", title="Score"),
            alt.Tooltip("score:Q", title="Estimate", format=axis_format),
            alt.Tooltip("low:Q", title="Low", format=axis_format),
            alt.Tooltip("high:Q", title="High", format=axis_format),
        ],
    )
    bar = base.mark_rule(color=BLUE, strokeWidth=7, opacity=0.28, strokeCap="round").encode(
        x=alt.X("low:Q", title=x_title, scale=scale, axis=_quantity(axis_format)), x2="high:Q"
    )
    point = base.mark_circle(color=BLUE, size=110, opacity=1).encode(x=alt.X("score:Q", scale=scale))
    return _finish(alt.layer(bar, point), height=44 * len(frame) + 50)


def timeline(frame: pd.DataFrame, first: object, last: object) -> alt.Chart:
    """One mark per day, team and kind of interaction, on the whole span from `first` to `last`."""
    return _finish(
        alt.Chart(frame)
        .mark_circle(opacity=0.75, stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X(
                "occurred_date:T",
                title=None,
                scale=alt.Scale(domain=[str(first), str(last)]),
                axis=_axis(labelOverlap=True, tickCount=6, format="%b %Y"),
            ),
            y=alt.Y("team:N", title=None, sort=list(TEAMS), axis=_axis(grid=True, labelExpr=_CAPITAL)),
            color=_colours("team", TEAMS, frame, legend=None),
            size=alt.Size("interactions:Q", legend=None, scale=alt.Scale(domain=[1, 10], range=[60, 320], clamp=True)),
            tooltip=[
                _when("occurred_date", "day"),
                alt.Tooltip("kind:N", title="What"),
                alt.Tooltip("interactions:Q", title="How many"),
                alt.Tooltip("amount:Q", title="Amount", format=",.2f"),
            ],
        ),
        height=190,
    )


def backtest(frame: pd.DataFrame, y_title: str) -> alt.Chart:
    """One metric per origin: the champion in blue, the baseline in grey, other candidates lighter."""
    roles = {"Champion": BLUE, "Baseline": GREY, "Candidate": ORANGE}
    return _finish(
        alt.Chart(frame)
        .mark_line(point=alt.OverlayMarkDef(size=55), strokeWidth=2)
        .encode(
            x=alt.X("origin:N", title="Backtest from", sort=None, axis=_axis(grid=False, labelAngle=0)),
            y=alt.Y("value:Q", title=y_title, scale=alt.Scale(zero=False), axis=_axis()),
            color=_colours("role", roles, frame, title="Role"),
            detail="candidate:N",
            strokeDash=alt.condition("datum.role == 'Champion'", alt.value([1, 0]), alt.value([4, 3])),
            tooltip=[
                alt.Tooltip("origin:N", title="Backtest from"),
                alt.Tooltip("candidate:N", title="Candidate"),
                alt.Tooltip("role:N", title="Role"),
                alt.Tooltip("value:Q", title=y_title, format=".4f"),
            ],
        ),
        height=220,
    )


_CAPITAL = "upper(slice(datum.label, 0, 1)) + slice(datum.label, 1)"


def _time(column: str, grain: str, is_band: bool = True) -> alt.X:
    """Months as ordered bands (so that bars touch evenly); days and weeks on a time scale."""
    if grain == "month" and is_band:
        return alt.X(
            f"yearmonth({column}):O",
            title=None,
            axis=_axis(grid=False, format="%b %Y", labelAngle=0, labelOverlap="greedy", labelSeparation=8),
        )
    if is_band:
        return alt.X(
            f"yearmonthdate({column}):O",
            title=None,
            axis=_axis(grid=False, format="%-d %b", labelAngle=0, labelOverlap="greedy", labelSeparation=10),
        )
    return alt.X(f"{column}:T", title=None, axis=_axis(grid=False, labelOverlap=True, tickCount=6, format="%-d %b %Y"))


def _when(column: str, grain: str) -> alt.Tooltip:
    return alt.Tooltip(f"{column}:T", title=grain.capitalize(), format=PERIODS[grain])


def _colours(
    series: str, colours: Mapping[str, str], frame: pd.DataFrame, title: str | None = None, **options: object
) -> alt.Color:
    """A fixed colour per name; the legend lists the names that occur, in the order of `colours`."""
    present = set(frame[series]) if len(frame) else set()
    names = [name for name in colours if name in present] + sorted(present - set(colours), key=str)
    legend = alt.Legend(orient="top", title=title, labelExpr=_CAPITAL, symbolType="circle", symbolSize=90, offset=4)
    return alt.Color(
        f"{series}:N",
        scale=alt.Scale(domain=names, range=[colours.get(name, GREY) for name in names]),
        legend=options.get("legend", legend),
    )


def _longest(values: pd.Series) -> float:
    """The largest value, or 1 where nothing is larger than zero."""
    largest = values.max()
    return float(largest) if largest > 0 else 1.0


def _quantity(number: str = "~s") -> alt.Axis:
    """An axis of shares (`%` in the pattern), or of amounts or counts in whole steps: `250k`, and a bare 0."""
    if "%" in number:
        return _axis(format=number)
    return _axis(labelExpr=f"datum.value == 0 ? '0' : format(datum.value, '{number}')", tickMinStep=1)


def _axis(**options: object) -> alt.Axis:
    return alt.Axis(
        **{"domain": False, "ticks": False, "gridColor": LINE, "labelColor": INK, "labelPadding": 6} | options
    )


def _finish(chart: alt.Chart | alt.LayerChart, height: int = HEIGHT) -> alt.Chart | alt.LayerChart:
    return (
        chart.properties(
            height=height, background="transparent", padding={"left": 0, "top": 4, "right": 4, "bottom": 4}
        )
        .configure_view(strokeWidth=0)
        .configure_axis(titleColor=INK, titlePadding=8)
    )
