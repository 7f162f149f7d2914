"""Next product: what is bought after what, what is bought together, and who is due."""

SEQUENCES = """
select
    product_id, then_product_id, is_refill, product_name, then_product_name,
    case when is_refill then product_name || ' again' else product_name || ' → ' || then_product_name end as label,
    count_customers, count_bought, count_other_order,
    share_30d, share_60d, share_90d, share_90d_low as low, share_90d_high as high, base_90d,
    lift, lift_low, lift_high, median_days, due_from_days, due_until_days
from scores.product_sequences
where is_refill = $is_refill
order by lift_low desc, product_id, then_product_id
limit 200
"""

COUNTS = """
select
    count(*) filter (not is_refill) as pairs,
    count(*) filter (is_refill) as refills,
    (select count(*) from segments.seg_due_for_next_product) as due
from scores.product_sequences
"""

CURVE = """
select day, share, low, high, base, count_at_risk
from scores.product_sequence_curves
where product_id = $product_id and then_product_id = $then_product_id
order by day
"""

DUE = """
select m.customer_id, m.reason, m.due_until_date, c.last_order_date, c.has_marketing_consent
from segments.seg_due_for_next_product as m
left join marts.dim_customers as c using (customer_id)
order by m.share_who_buy desc, m.due_until_date, m.customer_id
limit $limit offset $offset
"""

DUE_DOWNLOAD = """
select customer_id, reason, product_id, then_product_id, due_from_date, due_until_date
from segments.seg_due_for_next_product
order by share_who_buy desc, due_until_date, customer_id
"""

PAIRS = """
select product_name, other_product_name, count_orders_both, confidence, lift, lift_low, lift_high
from marts.agg_product_pairs
where lift_low > 1 and product_id < other_product_id
order by lift_low desc, product_id, other_product_id
limit 25
"""
