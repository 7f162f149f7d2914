select
    {{ source_id('olist', 'payments.order_id') }} || '-' || payments.payment_sequential as payment_id,
    'olist' as source_name,
    orders.contact_id,
    {{ source_id('olist', 'payments.order_id') }} as order_id,
    cast(null as varchar) as subscription_id,
    'charge' as payment_type,
    case when payments.payment_type = 'not_defined' then 'cancelled' else 'succeeded' end as status,
    'BRL' as currency,
    payments.payment_value as amount,
    cast(null as varchar) as failure_reason,
    -- Payments have no date; an order is approved once it is paid.
    coalesce(orders.approved_at, orders.ordered_at) as occurred_at
from {{ raw('olist', 'payments') }} as payments
left join {{ ref('stg_olist__order_buyers') }} as orders using (order_id)
