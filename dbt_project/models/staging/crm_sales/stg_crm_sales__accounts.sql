with source as (select * from {{ raw('crm_sales', 'accounts') }})

select
    {{ source_id('crm_sales', 'account') }} as account_id,
    'crm_sales' as source_name,
    account as account_name,
    sector as industry,
    office_location as country,
    cast(null as varchar) as owner_id,
    {{ source_id('crm_sales', 'subsidiary_of') }} as parent_account_id,
    employees as count_employees,
    -- Exported in millions.
    cast(null as varchar) as currency,
    cast(revenue * 1000000 as decimal(18, 4)) as annual_revenue_amount,
    cast(null as timestamp) as created_at
from source
