-- A line is one piece; delivery is no line, so an order is more than its lines.
select
    {{ source_id('olist', 'order_id') }} || '-' || order_item_id as order_line_id,
    {{ source_id('olist', 'order_id') }} as order_id,
    'olist' as source_name,
    {{ source_id('olist', 'product_id') }} as product_id,
    cast(null as varchar) as product_name,
    cast(1 as bigint) as quantity,
    price as unit_price_amount,
    price as line_amount
from {{ raw('olist', 'order_items') }}
