-- What was known of every subscriber at every snapshot date, and nothing later. A subscription's state (past due, paused) is
-- left out, as exports tell today's only; a notice counts from the day it was given.
with running as (
    select
        subscribers.customer_id,
        subscribers.as_of_date,
        sum(stretches.mrr_amount) filter (
            coalesce(stretches.ended_at >= subscribers.as_of_date, true)
        ) as mrr_amount,
        arg_min(stretches.mrr_amount, stretches.started_at) as first_mrr_amount,
        max(stretches.started_at) as last_changed_at,
        count(*) - 1 as count_changes,
        coalesce(bool_or(
            stretches.cancelled_at < subscribers.as_of_date
            and coalesce(stretches.ended_at >= subscribers.as_of_date, true)
        ), false) as has_given_notice
    from {{ ref('ftr_subscribers_at_dates') }} as subscribers
    inner join {{ ref('fct_subscriptions') }} as stretches
        on subscribers.customer_id = stretches.customer_id
        and stretches.started_at >= subscribers.started_date
        and stretches.started_at < subscribers.as_of_date
    group by subscribers.customer_id, subscribers.as_of_date
)

select
    subscribers.customer_id,
    subscribers.as_of_date,
    date_diff('day', subscribers.started_date, subscribers.as_of_date) as days_since_started,
    subscribers.span_number - 1 as count_earlier_spans,
    cast(running.mrr_amount as double) as mrr_amount,
    cast(running.mrr_amount / nullif(running.first_mrr_amount, 0) as double) as mrr_ratio,
    running.count_changes,
    date_diff('day', cast(running.last_changed_at as date), subscribers.as_of_date) as days_since_last_change,
    running.has_given_notice,
    date_diff('day', orders.event_date, subscribers.as_of_date) as days_since_last_order,
    {% for column in ['count_tickets', 'count_bad_ratings', 'count_campaign_clicked'] -%}
    coalesce(contacts.{{ column }} - coalesce(before_90.{{ column }}, 0), 0) as {{ column }}_90d{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('ftr_subscribers_at_dates') }} as subscribers
inner join running
    on subscribers.customer_id = running.customer_id and subscribers.as_of_date = running.as_of_date
asof left join (from {{ ref('ftr_order_days') }} where is_purchase_day) as orders
    on subscribers.customer_id = orders.customer_id and subscribers.as_of_date > orders.event_date
asof left join {{ ref('ftr_contact_days_accumulated') }} as contacts
    on subscribers.customer_id = contacts.customer_id and subscribers.as_of_date > contacts.event_date
asof left join {{ ref('ftr_contact_days_accumulated') }} as before_90
    on subscribers.customer_id = before_90.customer_id and subscribers.as_of_date - 90 > before_90.event_date
