with source as (select * from {{ ref('stg_cdnow__order_rows') }})

-- The log does not name the CDs: every purchase is one line.
select
    order_id || '-1' as order_line_id,
    order_id,
    'cdnow' as source_name,
    cast(null as varchar) as product_id,
    cast(null as varchar) as product_name,
    number_of_cds as quantity,
    cast(dollar_value / nullif(number_of_cds, 0) as decimal(18, 4)) as unit_price_amount,
    dollar_value as line_amount
from source
