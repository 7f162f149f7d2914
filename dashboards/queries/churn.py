"""Who will probably not buy in the next 90 days, what they are worth, and why.

`{scores}` is where the values lie: tonight's table, or that of the last good ones.
"""

HEADLINE = """
select
    count(*) as scored,
    sum(churn_probability) as leaving,
    count(*) filter (churn_band = 'High') as high,
    count(*) filter (churn_band = 'Medium') as medium,
    count(*) filter (churn_band = 'Low') as low
from {scores}
"""

AT_RISK = """
select
    sum(c.historic_clv_amount) filter (s.churn_band = 'High')::double as historic,
    (
        sum(c.historic_clv_amount) filter (s.churn_band = 'High') / nullif(sum(c.historic_clv_amount), 0)
    )::double as historic_share
from marts.dim_customers as c
inner join {scores} as s using (customer_id)
"""

DISTRIBUTION = """
select
    least(floor(churn_probability * 20), 19) / 20 as bin_start,
    least(floor(churn_probability * 20), 19) / 20 + 0.05 as bin_end,
    churn_band,
    count(*) as customers
from {scores}
group by all
order by bin_start, churn_band
"""

BANDS = """
select
    s.churn_band,
    count(*) as customers,
    avg(s.churn_probability) as mean_probability,
    sum(c.historic_clv_amount)::double as historic_amount,
    sum(c.predicted_clv_amount)::double as predicted_amount
from {scores} as s
left join marts.dim_customers as c using (customer_id)
group by s.churn_band
order by mean_probability desc
"""

ORDERS = {
    "Most valuable first": "c.historic_clv_amount desc nulls last, s.churn_probability desc, s.customer_id",
    "Most likely to leave first": "s.churn_probability desc, c.historic_clv_amount desc nulls last, s.customer_id",
}


def customers(scores: str, order: str) -> str:
    """The list of one churn band; `order` is a key of `ORDERS`."""
    return f"""
select
    s.customer_id,
    s.churn_probability,
    s.low,
    s.high,
    c.historic_clv_amount::double as historic_clv_amount,
    c.predicted_clv_amount::double as predicted_clv_amount,
    c.last_order_date,
    s.reasons,
    s.evidence
from {scores} as s
left join marts.dim_customers as c using (customer_id)
where s.churn_band = $band
order by {ORDERS[order]}
limit $limit offset $offset
"""
