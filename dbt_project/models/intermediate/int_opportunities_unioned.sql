-- Deals of every CRM.
with unioned as (
    {{ union_staged('opportunities', [
        'hubspot',
        'crm_sales',
        'zoho',
        'copper',
        'salesforce',
        'wukong',
        'pipedrive',
        'dynamics365',
        'olist',
    ]) }}
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
    currency,
    amount,
    probability,
    forecast_category,
    lead_source,
    created_at,
    close_date,
    updated_at
from unioned
where {{ seen('created_at') }}
