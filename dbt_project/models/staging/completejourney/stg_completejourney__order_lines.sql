select
    -- A product stands once in a basket, whatever the order of the rows.
    {{ source_id('completejourney', 'basket_id') }} || '-' || product_id as order_line_id,
    {{ source_id('completejourney', 'basket_id') }} as order_id,
    'completejourney' as source_name,
    {{ source_id('completejourney', 'product_id') }} as product_id,
    cast(null as varchar) as product_name,
    quantity,
    cast(
        (sales_value + coalesce(retail_disc, 0) + coalesce(coupon_match_disc, 0)) / nullif(quantity, 0)
        as decimal(18, 4)
    ) as unit_price_amount,
    sales_value as line_amount
from {{ raw('completejourney', 'transactions') }}
