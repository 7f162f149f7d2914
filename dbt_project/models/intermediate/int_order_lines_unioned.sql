-- Lines of every shop's orders, one arm per source; their date is their order's.
with unioned as (
    select * from {{ ref('stg_shopify__order_lines') }}
    union all by name
    select * from {{ ref('stg_cdnow__order_lines') }}
    union all by name
    select * from {{ ref('stg_online_retail__order_lines') }}
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
