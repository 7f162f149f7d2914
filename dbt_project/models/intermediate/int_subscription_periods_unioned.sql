-- What subscriptions were billed for whole periods, of every billing system that lists its invoices.
with unioned as (
    {{ union_staged('subscription_periods', [
        'stripe',
    ]) }}
)

select
    subscription_period_id,
    source_name,
    subscription_id,
    product_id,
    product_name,
    currency,
    recurring_amount,
    started_at,
    ended_at
from unioned
where {{ seen('started_at') }}
