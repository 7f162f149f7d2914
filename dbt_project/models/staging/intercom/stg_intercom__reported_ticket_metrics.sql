-- Intercom's own figures, from the statistics of a conversation. Its moments are turned into the minutes since it began.
{% set moments = {
    'first_admin_reply_at': 'first_reply_time_calendar_minutes',
    'first_close_at': 'first_resolution_calendar_minutes',
    'last_close_at': 'full_resolution_calendar_minutes',
} -%}
with conversations as (
    select
        id,
        {% for moment, metric in moments.items() -%}
        (cast(statistics ->> '$.{{ moment }}' as double) - created_at) / 60 as {{ metric }},
        {% endfor -%}
        cast(statistics ->> '$.count_reopens' as double) as count_reopens
    from {{ raw('intercom', 'conversations') }}
),

metrics as (
    unpivot conversations on columns(* exclude (id)) into name metric_name value reported_value
)

select
    {{ source_id('intercom', 'id') }} || '-' || metric_name as reported_metric_id,
    {{ source_id('intercom', 'id') }} as ticket_id,
    'intercom' as source_name,
    metric_name,
    reported_value
from metrics
