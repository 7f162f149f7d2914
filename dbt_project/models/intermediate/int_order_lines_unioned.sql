-- Lines of every shop's orders; their date is their order's.
with unioned as (
    {{ union_staged('order_lines', [
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
    order_line_id,
    order_id,
    source_name,
    product_id,
    product_name,
    quantity,
    unit_price_amount,
    line_amount
from unioned
