-- Business hours of every helpdesk, one row per opening interval, in local time.
with unioned as (
    {{ union_staged('schedules', [
        'zendesk',
    ]) }}
)

select
    schedule_id,
    source_name,
    schedule_name,
    timezone,
    weekday_number,
    start_minute,
    end_minute,
    valid_from_at,
    valid_until_at
from unioned
