-- Mailings of every mailing tool.
with unioned as (
    {{ union_staged('campaigns', [
        'mailchimp',
        'salesforce',
        'klaviyo',
        'completejourney',
    ]) }}
)

select
    campaign_id,
    source_name,
    campaign_name,
    subject_line,
    channel,
    list_name,
    sent_at,
    {{ iso_currency('currency') }} as currency,
    budget_amount,
    cost_amount
from unioned
where {{ seen('sent_at') }}
