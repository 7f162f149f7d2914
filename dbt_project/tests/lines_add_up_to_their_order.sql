-- Where a source's orders are nothing but their lines, the lines add up to the net amount of the order.
-- Shops that add shipping and tax to the order are left out.
select
    orders.order_id,
    orders.net_amount,
    sum(lines.line_amount) as lines_amount
from {{ ref('fct_orders') }} as orders
inner join {{ ref('fct_order_lines') }} as lines using (order_id)
where orders.source_name in ('cdnow', 'online_retail', 'completejourney')
group by orders.order_id, orders.net_amount
having sum(lines.line_amount) != orders.net_amount
