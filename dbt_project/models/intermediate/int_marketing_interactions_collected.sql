-- What people got from and did with mailings. One that bounced reached nobody: only colleagues saw it.
with bounced as (
    select distinct campaign_id, contact_id
    from {{ ref('int_campaign_touches_unioned') }}
    where touch_type = 'bounced'
)

select
    'campaign_' || touches.touch_type as interaction_type,
    touches.touch_id as record_id,
    resolved.customer_id,
    cast(null as varchar) as account_id,
    touches.source_name,
    touches.occurred_at,
    -- A coupon is redeemed where people buy.
    case when touches.touch_type = 'redeemed' then 'shop' else coalesce(campaigns.channel, 'email') end as channel,
    'marketing' as team,
    case
        when touches.touch_type = 'bounced' or (touches.touch_type = 'sent' and bounced.contact_id is not null)
            then 'internal'
        when touches.touch_type = 'sent' then 'outbound'
        else 'inbound'
    end as direction,
    cast(null as decimal(18, 4)) as amount,
    campaigns.campaign_name as detail
from {{ ref('int_campaign_touches_unioned') }} as touches
left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
left join {{ ref('int_campaigns_unioned') }} as campaigns using (campaign_id)
left join bounced on touches.campaign_id = bounced.campaign_id and touches.contact_id = bounced.contact_id
