with source as (select * from {{ raw('hubspot', 'companies') }})

select
    {{ source_id('hubspot', 'record_id') }} as account_id,
    'hubspot' as source_name,
    nullif(trim(company_name), '') as account_name,
    industry,
    country_region as country,
    {{ source_id('hubspot', 'company_owner') }} as owner_id,
    cast(null as varchar) as parent_account_id,
    cast(null as bigint) as count_employees,
    cast(null as decimal(18, 4)) as annual_revenue_amount,
    create_date as created_at
from source
