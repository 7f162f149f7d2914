with source as (select * from {{ raw('dynamics365', 'activities') }})

select
    {{ source_id('dynamics365', 'source.do_not_modify_activity') }} as activity_id,
    'dynamics365' as source_name,
    case source.activity_type
        when 'Phone Call' then 'call'
        when 'Appointment' then 'meeting'
        when 'Email' then 'email'
        when 'Task' then 'task'
        else 'note'
    end as activity_type,
    cast(null as varchar) as direction,
    coalesce(source.start_date, source.date_created, source.do_not_modify_modified_on) as occurred_at,
    regarding.contact_id,
    regarding.account_id,
    regarding.opportunity_id,
    {{ source_id('dynamics365', 'source.owner') }} as owner_id,
    source.activity_status as outcome
from source
left join {{ ref('stg_dynamics365__named_records') }} as regarding
    on regarding.name_key = lower(trim(source.regarding))
