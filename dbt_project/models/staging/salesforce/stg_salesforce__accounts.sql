select
    id as account_id,
    'salesforce' as source_name,
    nullif(trim(name), '') as account_name,
    industry,
    billing_country as country,
    {{ salesforce_id('owner_id') }} as owner_id,
    {{ salesforce_id('parent_id') }} as parent_account_id,
    number_of_employees as count_employees,
    currency_iso_code as currency,
    try_cast(annual_revenue as decimal(18, 4)) as annual_revenue_amount,
    created_date as created_at
from {{ salesforce_kept('accounts') }}
-- A person kept as an account is a contact and no organisation.
where not coalesce(is_person_account, false)
