-- Every person each system knows, not cut at as_of_date: who is whom is a matter of what we know now.
with unioned as (
    select * from {{ ref('stg_hubspot__contacts') }}
    union all by name
    select * from {{ ref('stg_zendesk__contacts') }}
    union all by name
    select * from {{ ref('stg_shopify__contacts') }}
    union all by name
    select * from {{ ref('stg_mailchimp__contacts') }}
    union all by name
    select * from {{ ref('stg_nps_survey__contacts') }}
    union all by name
    select * from {{ ref('stg_cdnow__contacts') }}
    union all by name
    select * from {{ ref('stg_online_retail__contacts') }}
    union all by name
    select * from {{ ref('stg_servicenow__contacts') }}
)

select
    contact_id,
    source_name,
    email,
    full_name,
    phone,
    account_id,
    owner_id,
    lifecycle_stage,
    lead_source,
    country,
    created_at,
    updated_at
from unioned
