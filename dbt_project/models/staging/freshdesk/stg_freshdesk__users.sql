with source as (select * from {{ raw('freshdesk', 'tickets') }})

-- The ticket list is the only place that names agents; an agent's team is the group of the newest ticket.
select
    {{ source_id('freshdesk', 'agent') }} as user_id,
    'freshdesk' as source_name,
    trim(agent) as user_name,
    cast(null as varchar) as email,
    'agent' as role,
    nullif("group", 'No Group') as team_name
from source
where nullif(trim(agent), '') is not null and agent != 'No Agent'
qualify row_number() over (partition by trim(agent) order by created_time desc, ticket_id desc) = 1
