with source as (select * from {{ raw('zendesk', 'users') }})

select
    {{ source_id('zendesk', 'id') }} as user_id,
    'zendesk' as source_name,
    name as user_name,
    {{ email_key('email') }} as email,
    role,
    cast(null as varchar) as team_name
from source
where role in ('agent', 'admin')
