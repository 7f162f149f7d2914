with source as (select * from {{ raw('zoho', 'accounts') }})

select
    {{ source_id('zoho', 'record_id') }} as account_id,
    'zoho' as source_name,
    nullif(trim(account_name), '') as account_name,
    industry,
    billing_country as country,
    {{ source_id('zoho', 'account_owner_id') }} as owner_id,
    {{ source_id('zoho', 'parent_account_id') }} as parent_account_id,
    employees as count_employees,
    cast(null as varchar) as currency,
    annual_revenue as annual_revenue_amount,
    created_time as created_at
from source
