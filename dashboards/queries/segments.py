"""Segments: what each is for, how many are in it, who and why."""

DEFINITIONS = """
select
    d.segment_name,
    d.title,
    d.description,
    d.owner,
    d.action,
    count(m.customer_id) as customers,
    count(m.customer_id) / nullif((select count(*) from marts.dim_customers), 0) as share
from release.segment_definitions as d
left join segments.customer_segments as m using (segment_name)
group by all
order by customers desc, d.title
"""

MEMBERS = """
select
    m.customer_id,
    m.reason,
    c.historic_clv_amount::double as historic_clv_amount,
    c.predicted_clv_amount::double as predicted_clv_amount,
    c.churn_band,
    c.last_order_date,
    c.has_marketing_consent
from segments.customer_segments as m
left join marts.dim_customers as c using (customer_id)
where m.segment_name = $segment_name
order by c.predicted_clv_amount desc nulls last, m.customer_id
limit $limit offset $offset
"""

DOWNLOAD = """
select customer_id, reason
from segments.customer_segments
where segment_name = $segment_name
order by customer_id, reason
"""

CONSENT = """
select count(*) filter (c.has_marketing_consent) as with_consent
from segments.customer_segments as m
left join marts.dim_customers as c using (customer_id)
where m.segment_name = $segment_name
"""
