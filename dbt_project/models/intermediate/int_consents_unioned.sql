-- Marketing consent given and withdrawn, one arm per source.
with unioned as (
    select * from {{ ref('stg_mailchimp__consents') }}
    union all by name
    select * from {{ ref('stg_shopify__consents') }}
)

select
    contact_id,
    source_name,
    has_marketing_consent,
    changed_at
from unioned
where {{ seen('changed_at') }}
