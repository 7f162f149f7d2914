"""Metrics as code: every KPI is defined once, in `dbt_project/models/metrics/`, and computed by the SQL made of that.

Belongs here: reading the definitions, making SQL of them, their values of the night, where a number comes from, and
what became of numbers once published.
Stays out: how a number looks on a page (dashboards), facts per row (marts).

A new metric: in the file of its mart add a measure (which column, summed how) and a metric (label, description with the
rejected alternative, filter, unit, owner); for a new mart, a new file with a semantic model. dbt checks it at its next
parse; the night then computes it, `rapport explain NAME` tells it, and a page shows it by `figures(release, "NAME", …)`
of `dashboards.figures`. Give it a line in tests/dashboards/by_hand.py, which holds each to one number everywhere.

Understood of MetricFlow's words: one primary entity; categorical and time dimensions; the aggregations sum, count,
count_distinct, average, median and percentile; simple, ratio and derived metrics with filters of `Dimension('e__d')`.
`config.meta`: `unit` (count, amount, share, minutes, days, score), `owner`, `better: down` where less is better, and
`is_stock: true` for what is so at the as-of date rather than happens in a window. Dimensions are the mart's own: those
of another table as it is today would be written onto the past.
"""
