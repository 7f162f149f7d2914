with source as (select * from {{ raw('servicenow', 'incident_log') }}),

people as (
    select assigned_to as user_name, 'agent' as role from source
    union
    -- Who typed an update may be a person or an integration: the log does not say.
    select sys_updated_by, null from source
)

select
    {{ source_id('servicenow', 'user_name') }} as user_id,
    'servicenow' as source_name,
    user_name,
    cast(null as varchar) as email,
    role,
    cast(null as varchar) as team_name
from people
where user_name is not null
