-- What attribution counts as a touch: an answer to a campaign, once per person and day, as five links clicked in one
-- reading are one answer. A mail that was sent, or opened (which mail programs do by themselves), is none.
select
    touches.campaign_id,
    resolved.customer_id,
    cast(touches.occurred_at as date) as answered_date,
    min(touches.occurred_at) as answered_at
from {{ ref('int_campaign_touches_unioned') }} as touches
inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
where
    touches.touch_type in ('clicked', 'replied', 'redeemed')
    and touches.campaign_id is not null
    and touches.occurred_at is not null
group by all
