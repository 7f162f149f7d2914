-- One row per campaign, with how many people it reached and what became of it. Counts, not rates, so that they can be
-- added up over lists and months.
with reached as (
    select
        campaign_id,
        source_name,
        count(*) as count_sent,
        {% for step in ['delivered', 'opened', 'clicked', 'replied', 'redeemed', 'bounced', 'unsubscribed'] -%}
        cast(sum(cast(is_{{ step }} as integer)) as bigint) as count_{{ step }},
        {% endfor -%}
        count(is_ordered) as count_sent_long_ago,
        cast(sum(cast(is_ordered as integer)) as bigint) as count_ordered,
        min(touched_at) as first_touched_at
    from {{ ref('fct_campaign_touches') }}
    where campaign_id is not null
    group by campaign_id, source_name
),

earned as (
    select
        campaign_id,
        -- In decimals: floating sums depend on the order of the rows, and the order of deliveries would show.
        sum(cast(revenue_amount * linear_weight as decimal(38, 12))) as linear_amount
    from {{ ref('fct_attributed_revenue') }}
    where is_attributed
    group by campaign_id
)

select
    campaign_id,
    coalesce(campaigns.source_name, reached.source_name) as source_name,
    campaigns.campaign_name,
    campaigns.subject_line,
    campaigns.channel,
    campaigns.list_name,
    coalesce(campaigns.sent_at, reached.first_touched_at) as sent_at,
    reached.count_sent,
    reached.count_delivered,
    reached.count_opened,
    reached.count_clicked,
    reached.count_replied,
    reached.count_redeemed,
    reached.count_bounced,
    reached.count_unsubscribed,
    reached.count_sent_long_ago,
    reached.count_ordered,
    campaigns.budget_amount,
    campaigns.cost_amount,
    cast(coalesce(earned.linear_amount, 0) as decimal(18, 4)) as linear_attributed_amount,
    coalesce(earned.linear_amount, 0) / nullif(campaigns.cost_amount, 0) as return_on_cost
from {{ ref('int_campaigns_costed') }} as campaigns
full join reached using (campaign_id)
left join earned using (campaign_id)
