-- One row per agent and stretch of one role. A system without history of roles gives one stretch without ends.
with roles as (
    select user_role_id, source_name, user_id, role, valid_from_at, valid_until_at
    from {{ ref('int_user_roles_unioned') }}
    union all
    select users.user_id, users.source_name, users.user_id, users.role, null, null
    from {{ ref('int_users_unioned') }} as users
    where users.role is not null
        and users.user_id not in (select user_id from {{ ref('int_user_roles_unioned') }})
)

select
    roles.user_role_id as agent_role_id,
    roles.user_id as agent_id,
    roles.source_name,
    roles.role,
    users.team_name,
    roles.valid_from_at,
    roles.valid_until_at,
    coalesce(roles.valid_until_at >= {{ as_of() }}, true) as is_current
from roles
left join {{ ref('int_users_unioned') }} as users using (user_id)
