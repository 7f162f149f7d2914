-- Mailings of every mailing tool.
with unioned as (
    {{ union_staged('campaigns', [
        'mailchimp',
        'salesforce',
        'klaviyo',
    ]) }}
)

select
    campaign_id,
    source_name,
    campaign_name,
    subject_line,
    sent_at
from unioned
where {{ seen('sent_at') }}
