with source as (select * from {{ raw('copper', 'companies') }})

select
    {{ source_id('copper', 'copper_id') }} as account_id,
    'copper' as source_name,
    nullif(trim(name), '') as account_name,
    cast(null as varchar) as industry,
    country,
    {{ source_id('copper', 'owner_id') }} as owner_id,
    cast(null as varchar) as parent_account_id,
    cast(null as bigint) as count_employees,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as annual_revenue_amount,
    created_at
from source
