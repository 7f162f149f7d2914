-- Marketing consent given and withdrawn.
with unioned as (
    {{ union_staged('consents', [
        'mailchimp',
        'shopify',
        'zoho',
        'salesforce',
        'klaviyo',
        'pipedrive',
        'generic',
    ]) }}
)

select
    contact_id,
    source_name,
    has_marketing_consent,
    changed_at
from unioned
where {{ seen('changed_at') }}
