-- Organisations of every CRM and helpdesk.
with unioned as (
    {{ union_staged('accounts', [
        'hubspot',
        'crm_sales',
        'zendesk',
        'freshdesk',
        'zoho',
        'copper',
        'salesforce',
        'intercom',
        'wukong',
        'pipedrive',
        'dynamics365',
        'olist',
    ]) }}
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
    {{ iso_currency('currency') }} as currency,
    annual_revenue_amount,
    created_at
from unioned
where {{ seen('created_at') }}
