-- What every helpdesk that says so counts itself, one row per ticket and figure, under the names of fct_tickets.
with unioned as (
    {{ union_staged('reported_ticket_metrics', [
        'zendesk',
        'servicenow',
        'freshdesk',
        'intercom',
    ]) }}
)

select
    reported_metric_id,
    ticket_id,
    source_name,
    metric_name,
    reported_value
from unioned
