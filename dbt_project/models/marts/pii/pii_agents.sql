-- Names of colleagues, published apart from the pseudonymous facts and encrypted.
select
    user_id as agent_id,
    user_name as agent_name
from {{ ref('int_users_unioned') }}
