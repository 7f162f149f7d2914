with users as (select * from {{ raw('zendesk', 'users') }} where role in ('agent', 'admin')),

-- The ticket list names agents. One whom no record bears is known by the name alone.
named as (
    select distinct trim(assignee) as name
    from {{ raw('zendesk', 'ticket_list') }}
    where nullif(trim(assignee), '') is not null
        and not exists (select 1 from users where trim(users.name) = trim(assignee))
),

colleagues as (
    select cast(id as varchar) as id, name, email, role from users
    union all by name
    select name as id, name, 'agent' as role from named
)

select
    {{ source_id('zendesk', 'id') }} as user_id,
    'zendesk' as source_name,
    name as user_name,
    {{ email_key('email') }} as email,
    role,
    cast(null as varchar) as team_name
from colleagues
