-- Leads of every CRM. Each is a contact as well.
with unioned as (
    {{ union_staged('leads', [
        'zoho',
        'copper',
        'salesforce',
        'wukong',
        'dynamics365',
        'olist',
    ]) }}
)

select
    lead_id,
    source_name,
    contact_id,
    email,
    full_name,
    phone,
    company_name,
    lead_source,
    landing_page,
    status,
    owner_id,
    is_converted,
    converted_at,
    converted_account_id,
    converted_opportunity_id,
    created_at,
    updated_at
from unioned
where {{ seen('created_at') }}
