-- What each person got from and did with a mailing.
with unioned as (
    {{ union_staged('campaign_touches', [
        'mailchimp',
        'salesforce',
        'klaviyo',
        'completejourney',
    ]) }}
)

select
    touch_id,
    source_name,
    campaign_id,
    contact_id,
    touch_type,
    variant_name,
    occurred_at
from unioned
where {{ seen('occurred_at') }}
