-- Every person each system knows, not cut at as_of_date: who is whom is a matter of what we know now.
with unioned as (
    {{ union_staged('contacts', [
        'hubspot',
        'zendesk',
        'shopify',
        'mailchimp',
        'nps_survey',
        'cdnow',
        'online_retail',
        'servicenow',
        'freshdesk',
        'zoho',
        'stripe',
        'copper',
        'mentions',
        'salesforce',
        'klaviyo',
        'intercom',
        'wukong',
        'calendar',
        'pipedrive',
        'dynamics365',
        'mailbox',
        'generic',
        'completejourney',
        'olist',
    ]) }}
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
