-- Every version that was ever exported: changed hours count from their change, not for the tickets before it.
with source as (select * from {{ raw_versions('zendesk', 'schedules') }}),

intervals as (
    select
        id,
        name,
        time_zone,
        valid_from_at,
        valid_until_at,
        unnest(from_json(intervals, '[{"start_time": "BIGINT", "end_time": "BIGINT"}]')) as interval
    from source
),

-- Minutes count from Sunday; an interval that runs past midnight is opening hours of two days.
days as (
    select intervals.*, day, greatest(interval.start_time - 1440 * day, 0) as start_minute,
        least(interval.end_time - 1440 * day, 1440) as end_minute
    from intervals, range(7) as week (day)
    where interval.start_time < 1440 * (day + 1) and interval.end_time > 1440 * day
)

select
    {{ source_id('zendesk', 'id') }} as schedule_id,
    'zendesk' as source_name,
    name as schedule_name,
    {{ iana_time_zone('time_zone') }} as timezone,
    case day when 0 then 7 else day end as weekday_number,
    start_minute,
    end_minute,
    valid_from_at,
    valid_until_at
from days
