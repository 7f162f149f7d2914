"""Which subscribers will leave, by their scores.

`{scores}` is where the values lie: tonight's table, or that of the last good ones.
"""

TOTALS = """
select count(*) as subscribers, sum(end_probability)::double as leaving
from {scores}
"""

SUBSCRIBERS = """
with running as (
    select customer_id, sum(mrr_amount)::double as mrr_amount
    from marts.fct_subscriptions
    where is_running
    group by customer_id
)
select customer_id, risk_tier, end_probability, low, high, mrr_amount, reasons
from {scores}
left join running using (customer_id)
order by end_probability desc, customer_id
limit $limit offset $offset
"""
