with source as (select * from {{ raw('zendesk', 'holidays') }}),

-- A holiday that names no schedule belongs to the only one there is.
only_schedule as (
    select min(id) as id from {{ raw('zendesk', 'schedules') }} having count(*) = 1
)

select
    {{ source_id('zendesk', 'source.id') }} as holiday_id,
    'zendesk' as source_name,
    {{ source_id('zendesk', 'coalesce(source.schedule_id, only_schedule.id)') }} as schedule_id,
    source.name as holiday_name,
    source.start_date,
    source.end_date
from source
left join only_schedule on true
