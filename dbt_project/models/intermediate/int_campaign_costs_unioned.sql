-- What was spent on campaigns, by those who pay for them.
with unioned as (
    {{ union_staged('campaign_costs', [
        'generic',
    ]) }}
)

select
    campaign_id,
    source_name,
    campaign_source_name,
    spent_date,
    {{ iso_currency('currency') }} as currency,
    cost_amount
from unioned
where {{ seen('spent_date') }}
