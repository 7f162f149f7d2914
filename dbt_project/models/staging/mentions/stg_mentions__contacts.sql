with source as (
    select
        *,
        {{ handle_contact_id('mentions', 'network', 'author') }} as contact_id
    from {{ raw('mentions', 'mentions') }}
)

select
    contact_id,
    'mentions' as source_name,
    cast(null as varchar) as email,
    coalesce(nullif(trim(author_name), ''), trim(author)) as full_name,
    cast(null as varchar) as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    lower(trim(network)) as lead_source,
    cast(null as varchar) as country,
    min(posted_at) over (partition by contact_id) as created_at,
    max(posted_at) over (partition by contact_id) as updated_at
from source
where contact_id is not null
qualify row_number() over (partition by contact_id order by posted_at desc, url) = 1
