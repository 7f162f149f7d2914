-- Deals of every CRM, one arm per source.
with unioned as (
    select * from {{ ref('stg_hubspot__opportunities') }}
    union all by name
    select * from {{ ref('stg_crm_sales__opportunities') }}
)

select
    opportunity_id,
    source_name,
    opportunity_name,
    account_id,
    contact_id,
    owner_id,
    product_name,
    pipeline_name,
    stage_name,
    status,
    amount,
    probability,
    lead_source,
    created_at,
    close_date,
    updated_at
from unioned
where {{ seen('created_at') }}
