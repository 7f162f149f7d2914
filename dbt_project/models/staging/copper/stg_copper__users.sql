-- No export of colleagues exists; other objects pair their ids with their names.
with owners as (
    select owner_id, owned_by as user_name, updated_at from {{ raw('copper', 'companies') }}
    union all
    select owner_id, owned_by, updated_at from {{ raw('copper', 'leads') }}
    union all
    select owner_id, owner, updated_at from {{ raw('copper', 'opportunities') }}
)

select
    {{ source_id('copper', 'owner_id') }} as user_id,
    'copper' as source_name,
    -- The newest name of somebody who changed it.
    max_by(trim(user_name), (coalesce(updated_at, timestamp '0001-01-01'), user_name)) as user_name,
    cast(null as varchar) as email,
    cast(null as varchar) as role,
    cast(null as varchar) as team_name
from owners
where owner_id is not null
group by all
