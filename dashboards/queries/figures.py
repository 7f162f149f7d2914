"""Metrics: what each is, and the SQL that the release carries for it. No page computes one in another way."""

from collections.abc import Mapping

METRICS = """
select metric, label, description, unit, is_lower_better, is_stock, first_date, sql
from release.metrics
join release.metric_statements using (metric)
where metric in (select unnest($metrics)) and dimension is not distinct from $dimension
"""


def together(statements: Mapping[str, str], dimension: str | None) -> str:
    """One query for the statements of several metrics; of metrics by `dimension` only the row of `$only`."""
    chosen = " where name = $only" if dimension else ""
    return "\nunion all\n".join(
        f"select '{metric}' as metric, value, n, low, high from ({sql}){chosen}" for metric, sql in statements.items()
    )
