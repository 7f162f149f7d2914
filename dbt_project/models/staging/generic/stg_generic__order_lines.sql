with source as (select * from {{ ref('stg_generic__order_rows') }})

select
    order_id || '-' || row_number as order_line_id,
    order_id,
    source_name,
    {{ generic_id('coalesce(product_id, product_name)') }} as product_id,
    product_name,
    coalesce(quantity, 1) as quantity,
    unit_price_amount,
    cast(coalesce(line_amount, coalesce(quantity, 1) * unit_price_amount) as decimal(18, 4)) as line_amount
from source
where is_line
