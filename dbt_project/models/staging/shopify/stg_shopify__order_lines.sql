with source as (select * from {{ ref('stg_shopify__order_rows') }}),

pulled as (
    select
        order_id,
        unnest(from_json(
            line_items,
            '[{"sku": "VARCHAR", "name": "VARCHAR", "quantity": "BIGINT", "price": "DECIMAL(18,4)",
               "total_discount": "DECIMAL(18,4)"}]'
        )) as line,
        generate_subscripts(from_json(line_items, '["JSON"]'), 1) as line_number
    from {{ ref('stg_shopify__pulled_orders') }}
),

lines as (
    select
        order_id,
        line_number,
        lineitem_sku as sku,
        lineitem_name as product_name,
        lineitem_quantity as quantity,
        lineitem_price as price,
        lineitem_discount as discount
    from source
    union all
    select
        order_id, line_number, nullif(line.sku, ''), line.name, line.quantity, line.price, line.total_discount
    from pulled
)

select
    order_id || '-' || line_number as order_line_id,
    order_id,
    'shopify' as source_name,
    {{ source_id('shopify', 'coalesce(sku, product_name)') }} as product_id,
    product_name,
    quantity,
    price as unit_price_amount,
    cast(quantity * price - coalesce(discount, 0) as decimal(18, 4)) as line_amount
from lines
