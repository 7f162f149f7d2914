with source as (select * from {{ ref('stg_shopify__order_rows') }})

select
    order_id,
    'shopify' as source_name,
    {{ email_contact_id('shopify', 'email') }} as contact_id,
    created_at as ordered_at,
    'sale' as order_type,
    currency,
    coalesce(total, 0) as gross_amount,
    coalesce(refunded_amount, 0) as refund_amount,
    coalesce(discount_amount, 0) as discount_amount,
    source as sales_channel,
    cancelled_at is not null as is_cancelled
from source
-- Only the first row of an order carries the order.
where created_at is not null
