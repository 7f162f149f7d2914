with source as (select * from {{ raw('intercom', 'teams') }})

select
    {{ source_id('intercom', 'id') }} as team_id,
    'intercom' as source_name,
    trim(name) as team_name
from source
