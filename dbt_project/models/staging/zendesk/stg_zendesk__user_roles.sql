-- Which role a colleague had when, from every version of the user that was ever exported. Who has left the helpdesk is an
-- end user today and was an agent then.
with versions as (
    select id, role, valid_from_at
    from {{ raw_versions('zendesk', 'users') }}
    qualify role is distinct from lag(role) over (partition by id order by valid_from_at nulls first)
),

stretches as (
    select *, lead(valid_from_at) over (partition by id order by valid_from_at nulls first) as valid_until_at
    from versions
)

select
    {{ source_id('zendesk', 'id') }} || '-' || row_number() over (partition by id order by valid_from_at nulls first)
        as user_role_id,
    'zendesk' as source_name,
    {{ source_id('zendesk', 'id') }} as user_id,
    role,
    valid_from_at,
    valid_until_at
from stretches
where role in ('agent', 'admin')
