with paid as (
    select order_id, sum(payment_value) as amount
    from {{ raw('olist', 'payments') }}
    group by order_id
),

priced as (
    select order_id, sum(price + coalesce(freight_value, 0)) as amount
    from {{ raw('olist', 'order_items') }}
    group by order_id
)

select
    {{ source_id('olist', 'orders.order_id') }} as order_id,
    'olist' as source_name,
    orders.contact_id,
    orders.ordered_at,
    'sale' as order_type,
    'BRL' as currency,
    -- What was paid includes the interest of instalments, which the prices leave out.
    cast(coalesce(paid.amount, priced.amount) as decimal(18, 4)) as gross_amount,
    cast(null as decimal(18, 4)) as refund_amount,
    cast(null as decimal(18, 4)) as discount_amount,
    'marketplace' as sales_channel,
    orders.order_status in ('canceled', 'unavailable') as is_cancelled
from {{ ref('stg_olist__order_buyers') }} as orders
left join paid using (order_id)
left join priced using (order_id)
