-- Orders of every shop.
with unioned as (
    {{ union_staged('orders', [
        'shopify',
        'cdnow',
        'online_retail',
        'stripe',
        'generic',
        'completejourney',
        'olist',
    ]) }}
)

select
    order_id,
    source_name,
    contact_id,
    ordered_at,
    order_type,
    currency,
    gross_amount,
    refund_amount,
    discount_amount,
    sales_channel,
    is_cancelled
from unioned
where {{ seen('ordered_at') }}
