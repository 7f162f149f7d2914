-- Campaigns with what they cost, in the reporting currency: what those who paid wrote down counts before what the mailing
-- tool says, whose figures are at the rate of the day of sending.
with campaigns as (
    select
        campaigns.* replace (
            {{ converted('campaigns.budget_amount') }} as budget_amount,
            {{ converted('campaigns.cost_amount') }} as cost_amount
        )
    from {{ ref('int_campaigns_unioned') }} as campaigns
    {{ join_exchange_rates('campaigns', 'cast(campaigns.sent_at as date)') }}
)

select
    campaign_id,
    -- A campaign that is only paid for, such as an advertisement, is a campaign too.
    coalesce(campaigns.source_name, costs.source_name) as source_name,
    campaigns.campaign_name,
    campaigns.subject_line,
    campaigns.channel,
    campaigns.list_name,
    campaigns.sent_at,
    campaigns.budget_amount,
    case when costs.campaign_id is null then campaigns.cost_amount else costs.cost_amount end as cost_amount
from campaigns
full join {{ ref('int_campaign_costs_summed') }} as costs using (campaign_id)
