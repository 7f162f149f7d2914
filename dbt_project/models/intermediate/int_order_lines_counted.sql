-- Lines and units per order.
select
    order_id,
    count(*) as count_lines,
    sum(quantity) as count_units
from {{ ref('int_order_lines_unioned') }}
group by order_id
