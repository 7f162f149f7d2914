-- Organisations of every CRM, one arm per source.
with unioned as (
    select * from {{ ref('stg_hubspot__accounts') }}
    union all by name
    select * from {{ ref('stg_crm_sales__accounts') }}
)

select
    account_id,
    source_name,
    account_name,
    industry,
    country,
    owner_id,
    parent_account_id,
    count_employees,
    annual_revenue_amount,
    created_at
from unioned
where {{ seen('created_at') }}
