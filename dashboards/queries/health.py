"""Whether the release can be trusted: what was read, which checks ran, how much is in it."""

HEADLINE = """
select
    (select count(*) from release.gate_reports) as checks,
    (select count(*) from release.gate_reports where not is_passed and severity = 'error') as errors,
    (select count(*) from release.gate_reports where not is_passed and severity <> 'error') as warnings,
    (select sum(rows_read) from release.loads)::bigint as rows_read,
    (select sum(rows_loaded) from release.loads)::bigint as rows_loaded,
    (select sum(rows_quarantined) from release.loads)::bigint as rows_quarantined,
    (select count(*) from release.loads where rows_read <> rows_loaded + rows_quarantined) as unreconciled,
    (select count(*) from release.loads where status = 'refused') as refused,
    (select count(*) from release.loads) as files,
    (select sum(row_count) from release.row_counts)::bigint as rows_released,
    (select count(*) from release.row_counts) as tables
"""

GATES = """
select gate_name, check_name, table_name, severity, is_passed, observed, expected, failing_rows
from release.gate_reports
order by is_passed, severity = 'error' desc, gate_name, table_name, check_name
limit $limit offset $offset
"""

LOADS = """
select source, table_name, file, rows_read, rows_loaded, rows_quarantined, status, reason, loaded_at
from release.loads
order by status = 'refused' desc, rows_read <> rows_loaded + rows_quarantined desc, rows_quarantined > 0 desc,
    loaded_at desc, source, table_name, file
limit $limit offset $offset
"""

LOADS_BY_SOURCE = """
select
    source,
    count(*) as files,
    sum(rows_read)::bigint as rows_read,
    sum(rows_loaded)::bigint as rows_loaded,
    sum(rows_quarantined)::bigint as rows_quarantined,
    (sum(rows_quarantined) / nullif(sum(rows_read), 0))::double as quarantined_share,
    count(*) filter (status = 'refused') as refused,
    max(loaded_at) as last_loaded_at
from release.loads
group by source
order by source
"""

ROW_COUNTS = """
select table_schema, table_name, row_count
from release.row_counts
order by table_schema, row_count desc, table_name
"""

UNCONVERTED = """
select
    currency,
    count_amounts as amounts,
    count_unconverted_amounts as without_rate,
    first_unconverted_date as first_date,
    last_unconverted_date as last_date
from marts.dim_currencies
where count_unconverted_amounts > 0
order by without_rate desc, currency
"""

MODELS = """
select score_name, model_version, champion, is_published, verdict
from release.model_cards
order by score_name
"""
