-- One row per person and campaign, with the first moment of everything that became of it: the funnel is counted in
-- people, not in mails or clicks.
{% set types = ['sent', 'opened', 'clicked', 'replied', 'redeemed', 'bounced', 'unsubscribed'] %}
with touches as (
    select
        touches.*,
        resolved.customer_id
    from {{ ref('int_campaign_touches_unioned') }} as touches
    inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
),

-- A system that has never recorded an open does not know whether anybody opened anything.
recorded as (
    select
        source_name,
        {% for type in types -%}
        bool_or(touch_type = '{{ type }}') as has_{{ type }}{{ ',' if not loop.last }}
        {% endfor %}
    from touches
    group by source_name
),

people as (
    select
        campaign_id,
        customer_id,
        source_name,
        max(variant_name) as variant_name,
        min(occurred_at) as touched_at,
        {% for type in types -%}
        min(occurred_at) filter (touch_type = '{{ type }}') as {{ type }}_at,
        count(*) filter (touch_type = '{{ type }}') as count_{{ type }}{{ ',' if not loop.last }}
        {% endfor %}
    from touches
    group by campaign_id, customer_id, source_name
),

purchases as (
    select customer_id, ordered_at from {{ ref('int_orders_resolved') }} where is_purchase and customer_id is not null
)

select
    people.campaign_id,
    people.customer_id,
    people.source_name,
    people.variant_name,
    {% for type in types -%}
    people.{{ type }}_at,
    {% endfor -%}
    case when purchases.ordered_at < people.sent_at + to_days({{ var('attribution_window_days').order }})
        then purchases.ordered_at end as ordered_at,
    people.touched_at,
    case when recorded.has_bounced then count_bounced = 0 or count_opened + count_clicked + count_replied + count_redeemed > 0
    end as is_delivered,
    case when recorded.has_opened then count_opened + count_clicked > 0 end as is_opened,
    case when recorded.has_clicked then count_clicked > 0 end as is_clicked,
    case when recorded.has_replied then count_replied > 0 end as is_replied,
    case when recorded.has_redeemed then count_redeemed > 0 end as is_redeemed,
    case when recorded.has_bounced then count_bounced > 0 end as is_bounced,
    case when recorded.has_unsubscribed then count_unsubscribed > 0 end as is_unsubscribed,
    case when people.sent_at < {{ as_of() }} - to_days({{ var('attribution_window_days').order }})
        then coalesce(purchases.ordered_at < people.sent_at + to_days({{ var('attribution_window_days').order }}), false)
    end as is_ordered
from people
inner join recorded using (source_name)
asof left join purchases
    on people.customer_id = purchases.customer_id and people.sent_at <= purchases.ordered_at
