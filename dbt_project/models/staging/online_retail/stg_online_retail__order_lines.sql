with source as (select * from {{ raw('online_retail', 'invoice_lines') }})

select
    {{ source_id('online_retail', 'invoice_no') }} || '-' || row_number() over (
        partition by invoice_no order by _source_file, _source_row, _load_id
    ) as order_line_id,
    {{ source_id('online_retail', 'invoice_no') }} as order_id,
    'online_retail' as source_name,
    {{ source_id('online_retail', 'stock_code') }} as product_id,
    description as product_name,
    quantity,
    unit_price as unit_price_amount,
    cast(quantity * unit_price as decimal(18, 4)) as line_amount
from source
