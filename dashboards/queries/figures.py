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


RESTATEMENTS = """
select
    m.label,
    m.unit,
    r.from_date,
    r.first_value,
    r.first_published_at,
    r.value_before,
    r.value,
    r.reason,
    r.published_at,
    (
        select string_agg(l.source || '/' || l.file, ', ' order by l.source, l.file)
        from release.loads as l
        where list_contains(r.loads, l.load_id)
    ) as files
from release.restatements as r
join release.metrics as m using (metric)
order by r.published_at desc, m.place, r.from_date desc
limit $limit
"""
