-- Exports name owners, the API numbers them. A name that two owners share says nothing and stays a name.
select lower(user_name) as name_key, min(user_id) as user_id
from {{ ref('stg_hubspot__users') }}
where user_name is not null
group by all
having count(*) = 1
