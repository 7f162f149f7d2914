with source as (select * from {{ raw('zendesk', 'groups') }})

select
    {{ source_id('zendesk', 'id') }} as team_id,
    'zendesk' as source_name,
    trim(name) as team_name
from source
