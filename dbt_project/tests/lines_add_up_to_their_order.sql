-- Where a source's orders are nothing but their lines, the lines add up to the net amount of the order.
-- In the currency of the order: converted lines are rounded one by one.
-- Shops that add shipping and tax to the order are left out.
select
    orders.order_id,
    orders.original_gross_amount - orders.original_refund_amount as original_net_amount,
    sum(lines.original_line_amount) as lines_amount
from {{ ref('fct_orders') }} as orders
inner join {{ ref('fct_order_lines') }} as lines using (order_id)
where orders.source_name in ('cdnow', 'online_retail', 'completejourney')
group by all
having lines_amount != original_net_amount
