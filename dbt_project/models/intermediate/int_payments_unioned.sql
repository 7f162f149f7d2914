-- Money that moved, or failed to: charges and refunds of every payment provider.
with unioned as (
    {{ union_staged('payments', [
        'stripe',
        'olist',
    ]) }}
)

select
    payment_id,
    source_name,
    contact_id,
    order_id,
    subscription_id,
    payment_type,
    status,
    currency,
    amount,
    failure_reason,
    occurred_at
from unioned
where {{ seen('occurred_at') }}
