-- What the shop and its customers did, one row per order, refund or adjustment.
select
    case order_type when 'sale' then 'order' else order_type end as interaction_type,
    order_id as record_id,
    customer_id,
    cast(null as varchar) as account_id,
    source_name,
    ordered_at as occurred_at,
    'shop' as channel,
    'shop' as team,
    'inbound' as direction,
    net_amount as amount,
    case when is_cancelled then 'cancelled' else sales_channel end as detail
from {{ ref('int_orders_resolved') }}
