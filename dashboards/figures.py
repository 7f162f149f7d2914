"""KPIs on a page: `figures(release, "csat", "tickets", days=90)`. Definition and SQL of each come from the release.

Belongs here: running the statements of metrics for a window, and writing the result in its unit.
Stays out: any definition of a KPI (dbt_project/models/metrics), the look of a card (dashboards.blocks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from dashboards import formats
from dashboards.data import OpenRelease
from dashboards.queries import figures as queries


@dataclass(frozen=True)
class Figure:
    """A metric's value in a window: `n` is what it was counted over, `low` and `high` hold the truth 95 times of 100.

    `before` is the value of the window before, if it was asked for; None where that began before the metric's history.
    """

    label: str
    description: str
    unit: str
    is_lower_better: bool
    currency: str | None
    value: float | None
    n: int
    low: float | None
    high: float | None
    before: float | None

    @property
    def text(self) -> str | None:
        """The value in its unit; None where it is not known."""
        return written(self.value, self.unit, self.currency)

    @property
    def interval(self) -> str | None:
        """`62% to 84%`; None where the metric has no interval."""
        low, high = self.low, self.high
        if self.unit == "share":
            return formats.share_interval(low, high)
        return formats.interval(*(written(end, self.unit, self.currency) for end in (low, high)))

    @property
    def change(self) -> str | None:
        return formats.change(self.value, self.before)

    @property
    def help(self) -> str:
        """What is counted, over how much, and how exact it is; the rejected alternatives stay with the definition."""
        said = [self.description.split(" Rejected:")[0]]
        if self.interval:
            said.append(f"Of {self.n:,}; probably between {self.interval.replace(' to ', ' and ')}.")
        return " ".join(said)


def figures(
    release: OpenRelease, *metrics: str, days: int | None = None, compared: Sequence[str] = (), **only: str | None
) -> dict[str, Figure]:
    """Metrics over the last `days`, or at the as-of date where they are stocks, in one query.

    `compared` names those of which the window before is asked for, too; `channel="email"` narrows all of them.
    """
    [(dimension, chosen)] = [(name, value) for name, value in only.items() if value is not None] or [(None, None)]
    told = _told(release, metrics, dimension)
    end = release.as_of_date
    start = None if days is None else end - timedelta(days=days)
    now = _measured(release, told, dimension, from_date=start, to_date=end, only=chosen)
    earlier = start - timedelta(days=days) if start else None
    begun = {name: told[name] for name in compared if told[name]["first_date"] <= pd.Timestamp(earlier)}
    before = _measured(release, begun, dimension, from_date=earlier, to_date=start, only=chosen)
    return {
        name: Figure(
            label=told[name]["label"],
            description=told[name]["description"],
            unit=told[name]["unit"],
            is_lower_better=told[name]["is_lower_better"],
            currency=release.currency,
            before=before[name]["value"] if name in before else None,
            **now.get(name, {"value": None, "n": 0, "low": None, "high": None}),
        )
        for name in metrics
    }


def figure(release: OpenRelease, metric: str, days: int | None = None) -> Figure:
    """One metric over the last `days`, or at the as-of date where it is a stock."""
    return figures(release, metric, days=days)[metric]


def over_time(release: OpenRelease, metric: str, grain: str, days: int) -> pd.DataFrame:
    """`period`, `value` of an amount or a count: every period from the first one to today, a gap in time being 0."""
    sql = _told(release, (metric,), grain)[metric]["sql"]
    frequency = {"week": "W-SUN", "month": "M"}[grain]
    end = pd.Timestamp(release.as_of_date)
    start = (end - pd.Timedelta(days=days)).to_period(frequency).start_time.date()
    found = release.rows(sql, from_date=start, to_date=release.as_of_date)
    found = found.rename(columns={"name": "period"})[["period", "value"]]
    if found.empty:
        return found
    periods = pd.period_range(found["period"].min(), end - pd.Timedelta(days=1), freq=frequency).start_time
    return found.set_index("period").reindex(periods, fill_value=0).rename_axis("period").reset_index()


def _told(release: OpenRelease, metrics: Sequence[str], dimension: str | None) -> dict[str, dict[str, Any]]:
    found = release.rows(queries.METRICS, metrics=list(metrics), dimension=dimension)
    return {told["metric"]: told for told in found.to_dict("records")}


def _measured(
    release: OpenRelease, told: dict[str, dict[str, Any]], dimension: str | None, **parameters: Any
) -> dict[str, dict[str, Any]]:
    """metric → value, n, low and high, None where unknown."""
    if not told:
        return {}
    sql = queries.together({name: one["sql"] for name, one in told.items()}, dimension)
    asked = {name: value for name, value in parameters.items() if f"${name}" in sql}
    found = release.rows(sql, **asked).astype(object)
    return {row.pop("metric"): row for row in found.where(found.notna(), None).to_dict("records")}


def written(value: float | None, unit: str, currency: str | None) -> str | None:
    """A value as people read it."""
    if formats.is_missing(value):
        return None
    if unit == "amount":
        return formats.money(value, currency)
    if unit == "share":
        return formats.percent(value)
    if unit == "minutes":
        return formats.duration(value)
    if unit == "days":
        return f"{value:,.0f} days"
    return f"{value:,.1f}" if unit == "score" else formats.count(value)
