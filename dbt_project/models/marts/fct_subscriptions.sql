-- One row per stretch of a subscription in which its plan and its price stayed the same.
select
    spans.subscription_id || '#' || spans.stretch_number as subscription_stretch_id,
    spans.subscription_id,
    spans.stretch_number,
    subscriptions.customer_id,
    subscriptions.source_name,
    spans.product_name,
    subscriptions.billing_period,
    subscriptions.status,
    spans.started_at,
    spans.ended_at,
    spans.ended_at is null as is_running,
    subscriptions.cancelled_at,
    spans.currency,
    rates.exchange_rate,
    spans.original_mrr_amount,
    {{ converted('spans.original_mrr_amount') }} as mrr_amount
from {{ ref('int_subscriptions_spanned') }} as spans
inner join {{ ref('int_subscriptions_resolved') }} as subscriptions using (subscription_id)
{{ join_exchange_rates('spans', 'spans.started_at') }}
