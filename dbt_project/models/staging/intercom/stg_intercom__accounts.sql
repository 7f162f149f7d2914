with source as (select * from {{ raw('intercom', 'companies') }})

select
    {{ source_id('intercom', 'id') }} as account_id,
    'intercom' as source_name,
    nullif(trim(name), '') as account_name,
    industry,
    cast(null as varchar) as country,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as parent_account_id,
    size as count_employees,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as annual_revenue_amount,
    {{ unix_moment('coalesce(remote_created_at, created_at)') }} as created_at
from source
