with invitations as (
    select
        invitations.*,
        events.starts_at
    from {{ ref('stg_calendar__invitation_rows') }} as invitations
    inner join {{ raw('calendar', 'events') }} as events using (event_id)
)

select
    contact_id,
    'calendar' as source_name,
    email,
    -- Products that know no name write the address in its place.
    max_by(full_name, starts_at) filter (full_name not like '%@%') as full_name,
    cast(null as varchar) as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    cast(null as varchar) as country,
    min(starts_at) as created_at,
    cast(null as timestamp) as updated_at
from invitations
group by contact_id, email
