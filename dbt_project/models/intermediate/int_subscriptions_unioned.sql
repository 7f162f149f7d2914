-- Subscriptions of every billing system, as they stand now; those that begin later are not seen yet.
with unioned as (
    {{ union_staged('subscriptions', [
        'stripe',
        'generic',
    ]) }}
)

select
    subscription_id,
    source_name,
    contact_id,
    product_id,
    product_name,
    status,
    currency,
    recurring_amount,
    billing_period,
    count_billing_periods,
    quantity,
    started_at,
    trial_ends_at,
    cancelled_at,
    ended_at,
    created_at,
    updated_at
from unioned
where {{ seen('started_at') }}
