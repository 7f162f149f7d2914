-- Orders of every shop, one arm per source.
with unioned as (
    select * from {{ ref('stg_shopify__orders') }}
    union all by name
    select * from {{ ref('stg_cdnow__orders') }}
    union all by name
    select * from {{ ref('stg_online_retail__orders') }}
)

select
    order_id,
    source_name,
    contact_id,
    ordered_at,
    order_type,
    currency,
    gross_amount,
    refund_amount,
    discount_amount,
    sales_channel,
    is_cancelled
from unioned
where {{ seen('ordered_at') }}
