with source as (select * from {{ ref('stg_shopify__order_rows') }})

select
    order_id || '-' || line_number as order_line_id,
    order_id,
    'shopify' as source_name,
    {{ source_id('shopify', 'coalesce(lineitem_sku, lineitem_name)') }} as product_id,
    lineitem_name as product_name,
    lineitem_quantity as quantity,
    lineitem_price as unit_price_amount,
    cast(lineitem_quantity * lineitem_price - coalesce(lineitem_discount, 0) as decimal(18, 4)) as line_amount
from source
