-- ServiceNow's own counts, as of the last row of an incident. Its updates are numbered, so their number tells whether the
-- log has them all, and once each.
with incidents as (
    select
        number,
        max_by(reopen_count, (sys_mod_count, _source_file, _source_row)) as count_reopens,
        max_by(reassignment_count, (sys_mod_count, _source_file, _source_row)) as count_group_changes,
        max(sys_mod_count) - min(sys_mod_count) + 1 as count_ticket_events
    from {{ raw('servicenow', 'incident_log') }}
    group by number
),

metrics as (
    unpivot incidents on count_reopens, count_group_changes, count_ticket_events
    into name metric_name value reported_value
)

select
    {{ source_id('servicenow', 'number') }} || '-' || metric_name as reported_metric_id,
    {{ source_id('servicenow', 'number') }} as ticket_id,
    'servicenow' as source_name,
    metric_name,
    cast(reported_value as double) as reported_value
from metrics
