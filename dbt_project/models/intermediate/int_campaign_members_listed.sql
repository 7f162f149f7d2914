-- Who was on the list of a mailing tool when a campaign went out: known to the tool before, and not gone from it. One row
-- per campaign and person, mailed or left out, with whether the person purchased in the window before and after.
{% set window = 'to_days(' ~ var('attribution_window_days').order ~ ')' %}
with members as (
    select
        resolved.customer_id,
        consents.source_name,
        min(contacts.created_at) as joined_at,
        max(case when not consents.has_marketing_consent then coalesce(consents.changed_at, contacts.created_at) end)
            as left_at
    from {{ ref('int_consents_unioned') }} as consents
    inner join {{ ref('int_contacts_unioned') }} as contacts using (contact_id)
    inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    group by resolved.customer_id, consents.source_name
),

mailed as (
    select distinct touches.campaign_id, resolved.customer_id
    from {{ ref('int_campaign_touches_unioned') }} as touches
    inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    where touches.touch_type = 'sent'
),

campaigns as (
    select campaign_id, source_name, sent_at
    from {{ ref('int_campaigns_unioned') }}
    where sent_at < {{ as_of() }} - {{ window }} and campaign_id in (select campaign_id from mailed)
),

purchases as (
    select
        campaigns.campaign_id,
        orders.customer_id,
        bool_or(orders.ordered_at < campaigns.sent_at) as has_ordered_before,
        bool_or(orders.ordered_at >= campaigns.sent_at) as has_ordered_after
    from {{ ref('int_orders_resolved') }} as orders
    inner join campaigns
        on
            orders.ordered_at >= campaigns.sent_at - {{ window }}
            and orders.ordered_at < campaigns.sent_at + {{ window }}
    where orders.is_purchase and orders.customer_id is not null
    group by campaigns.campaign_id, orders.customer_id
)

select
    campaigns.campaign_id,
    members.customer_id,
    mailed.customer_id is not null as is_mailed,
    coalesce(purchases.has_ordered_before, false) as has_ordered_before,
    coalesce(purchases.has_ordered_after, false) as has_ordered_after
from campaigns
inner join members
    on
        campaigns.source_name = members.source_name
        and members.joined_at < campaigns.sent_at
        and (members.left_at is null or members.left_at > campaigns.sent_at)
left join mailed using (campaign_id, customer_id)
left join purchases using (campaign_id, customer_id)
