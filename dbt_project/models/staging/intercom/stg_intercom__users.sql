with source as (select * from {{ raw('intercom', 'admins') }}),

teams as (select * from {{ raw('intercom', 'teams') }})

select
    {{ source_id('intercom', 'source.id') }} as user_id,
    'intercom' as source_name,
    source.name as user_name,
    {{ email_key('source.email') }} as email,
    'agent' as role,
    teams.name as team_name
from source
left join teams on teams.id = (source.team_ids ->> '$[0]')
