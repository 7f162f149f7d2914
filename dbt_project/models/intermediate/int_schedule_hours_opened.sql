-- When each schedule was open, in UTC: one row per unbroken opening, holidays taken out, with the minutes open before it.
-- Local hours become moments one by one, so that a change of the clocks shortens or lengthens just the day it falls on.
-- The calendar starts with the first ticket and ends where the youngest running target can no longer be due.
with days as (
    select cast(unnest(generate_series(
        (select min(created_at) from {{ ref('int_tickets_unioned') }}) - interval 2 day,
        cast({{ as_of() }} as timestamp) + interval {{ var('business_calendar_days_ahead') }} day,
        interval 1 day
    )) as date) as local_date
),

openings as (
    select
        schedules.schedule_id,
        greatest({{ local_minute('local_date', 'start_minute') }}, schedules.valid_from_at) as opened_at,
        least({{ local_minute('local_date', 'end_minute') }}, schedules.valid_until_at) as closed_at
    from {{ ref('int_schedules_unioned') }} as schedules
    inner join days on isodow(days.local_date) = schedules.weekday_number
    where not exists (
        select 1
        from {{ ref('int_holidays_unioned') }} as holidays
        where holidays.schedule_id = schedules.schedule_id
            and days.local_date between holidays.start_date and holidays.end_date
    )
),

-- Hours that overlap or touch are one opening: nothing counts twice.
marked as (
    select
        *,
        coalesce(opened_at > max(closed_at) over (
            partition by schedule_id order by opened_at, closed_at rows between unbounded preceding and 1 preceding
        ), true) as is_new
    from openings
    where opened_at < closed_at
),

numbered as (
    select *, count(*) filter (is_new) over (
        partition by schedule_id order by opened_at, closed_at rows unbounded preceding
    ) as opening_number
    from marked
),

merged as (
    select schedule_id, min(opened_at) as opened_at, max(closed_at) as closed_at
    from numbered
    group by schedule_id, opening_number
)

select
    *,
    coalesce(sum({{ minutes_between('opened_at', 'closed_at') }}) over (
        partition by schedule_id order by opened_at rows between unbounded preceding and 1 preceding
    ), 0) as minutes_before
from merged
