"""What the next order of a customer will probably hold, and who orders soon."""

OF_CUSTOMER = """
select item_name, probability, probability_low as low, probability_high as high, quantity, quantity_low, quantity_high,
    lift, reason
from {items}
where customer_id = $customer_id
order by item_rank
"""

# The first item of each; the others stand on the customer's page. Of equal chances of an order the item's decides.
SOON = """
select
    p.customer_id,
    p.next_purchase_probability_30d as probability_30d,
    p.expected_date_of_next_order,
    n.item_name,
    n.probability,
    n.probability_low as low,
    n.probability_high as high,
    n.quantity,
    n.quantity_low,
    n.quantity_high,
    n.reason
from {scores} as p
left join {items} as n on p.customer_id = n.customer_id and n.item_rank = 1
order by round(p.next_purchase_probability_30d, 2) desc, n.probability desc nulls last, p.customer_id
limit $limit offset $offset
"""
