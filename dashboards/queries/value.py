"""What customers will probably be worth in the next 365 days and for life, and who buys next.

`{scores}` is where the values lie: tonight's table, or that of the last good ones.
"""

HEADLINE = """
select
    count(*) as scored,
    sum(predicted_clv_amount::decimal(18, 4))::double as amount,
    avg(predicted_clv_amount::decimal(18, 4)) as mean,
    median(predicted_clv_amount::decimal(18, 4))::double as median,
    sum(predicted_number_of_orders)::double as orders,
    sum(discounted_lifetime_value_amount::decimal(18, 4))::double as lifetime
from {scores}
"""

# Share of the best tenth (rounded up); a tie at the edge is broken by id and does not move the sum.
TOP_DECILE = """
with ranked as (
    select
        predicted_clv_amount as amount,
        row_number() over (order by predicted_clv_amount desc, customer_id) as place,
        count(*) over () as customers
    from {scores}
)
select
    (sum(amount) filter (place <= ceil(customers / 10.0)) / nullif(sum(amount), 0))::double as share,
    count(*) filter (place <= ceil(customers / 10.0)) as customers
from ranked
"""

PAST_YEAR = """
select
    case when min(order_date) <= $as_of_date - 365
        then coalesce(sum(net_amount) filter (order_date >= $as_of_date - 365), 0)
    end::double as revenue
from marts.fct_orders
where not is_cancelled and order_date < $as_of_date and customer_id is not null
"""

# Bins of the 1-2-5 series keep a distribution over several orders of magnitude readable.
DISTRIBUTION = """
with magnitudes as (
    select amount, pow(10, floor(log10(nullif(amount, 0)))) as ten
    from (select greatest(predicted_clv_amount::double, 0) as amount from {scores})
),
bins as (
    select amount, case when amount >= 5 * ten then 5 * ten when amount >= 2 * ten then 2 * ten else ten end as bottom
    from magnitudes
)
select
    case when bottom is null or bottom < 1 then 0 else bottom end as bin_start,
    count(*) as customers,
    sum(amount) as amount
from bins
group by all
order by bin_start
"""

DECILES = """
with ranked as (
    select
        predicted_clv_amount::double as amount,
        row_number() over (order by predicted_clv_amount desc, customer_id) as place,
        count(*) over () as customers
    from {scores}
)
select
    ceil(10.0 * place / customers)::int as tenth,
    count(*) as customers,
    sum(amount) as amount,
    sum(amount) / nullif(sum(sum(amount)) over (), 0) as share
from ranked
group by tenth
order by tenth
"""

CUSTOMERS = """
select
    s.customer_id,
    s.predicted_clv_amount::double as predicted_clv_amount,
    s.predicted_clv_low::double as low,
    s.predicted_clv_high::double as high,
    s.predicted_number_of_orders::double as predicted_number_of_orders,
    s.discounted_lifetime_value_amount::double as discounted_lifetime_value_amount,
    c.historic_clv_amount::double as historic_clv_amount,
    c.churn_band,
    c.last_order_date,
    s.reasons,
    s.evidence
from {scores} as s
left join marts.dim_customers as c using (customer_id)
order by s.predicted_clv_amount desc, s.customer_id
limit $limit offset $offset
"""

NEXT_PURCHASE = """
select
    count(*) as scored,
    sum(next_purchase_probability_30d) as within_30_days,
    sum(next_purchase_probability_60d) as within_60_days,
    sum(next_purchase_probability_90d) as within_90_days
from {scores}
"""
