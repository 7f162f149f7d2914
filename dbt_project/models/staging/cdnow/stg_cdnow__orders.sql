with source as (select * from {{ ref('stg_cdnow__order_rows') }})

select
    order_id,
    'cdnow' as source_name,
    {{ source_id('cdnow', 'customer_id') }} as contact_id,
    cast(purchase_date as timestamp) as ordered_at,
    'sale' as order_type,
    'USD' as currency,
    dollar_value as gross_amount,
    cast(0 as decimal(18, 4)) as refund_amount,
    cast(null as decimal(18, 4)) as discount_amount,
    'online' as sales_channel,
    false as is_cancelled
from source
