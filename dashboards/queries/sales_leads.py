"""Which open leads will convert, by their scores.

`{scores}` is where the values lie: tonight's table, or that of the last good ones.
"""

TIERS = """
select
    lead_tier,
    count(*) as leads,
    avg(conversion_probability)::double as probability,
    sum(conversion_probability)::double as expected
from {scores}
group by all
order by lead_tier
"""

LEADS = """
select
    lead_id,
    customer_id,
    lead_source,
    created_date,
    lead_tier,
    conversion_probability,
    low,
    high,
    reasons
from {scores}
inner join marts.fct_leads using (lead_id)
order by conversion_probability desc, lead_id
limit $limit offset $offset
"""
