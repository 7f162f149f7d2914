-- Which role a colleague had when, of every system that keeps a history of it.
with unioned as (
    {{ union_staged('user_roles', [
        'zendesk',
    ]) }}
)

select
    user_role_id,
    source_name,
    user_id,
    role,
    valid_from_at,
    valid_until_at
from unioned
where {{ seen('valid_from_at') }}
