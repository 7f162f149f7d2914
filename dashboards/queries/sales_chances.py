"""Which open deals will be won, by their scores, beside what the CRM itself says of them.

`{scores}` is where the values lie: tonight's table, or that of the last good ones.
"""

from dashboards.queries.sales import OPPORTUNITIES

# An open deal that is older than the newest score, or of a system in which none has ended yet, has no score.
TOTALS = f"""
select
    count(*) as deals,
    sum(win_probability)::double as expected_deals,
    (sum(amount * win_probability) filter (amount is not null))::double as expected_amount,
    count(amount) as priced
from (from {OPPORTUNITIES} and status = 'Pipeline')
inner join {{scores}} using (opportunity_id)
"""

ORDERS = {
    "Most likely first": "win_probability desc",
    "Least likely first": "win_probability",
    "Largest amount first": "amount desc nulls last",
}


def deals(scores: str, order: str) -> str:
    """Open deals with their chance, in one of ORDERS."""
    return f"""
select
    opportunity_id,
    customer_id,
    owner_id,
    stage_name,
    amount::double as amount,
    win_probability,
    low,
    high,
    probability as crm_probability,
    close_date,
    reasons
from (from {OPPORTUNITIES} and status = 'Pipeline')
inner join {scores} using (opportunity_id)
order by {ORDERS[order]}, opportunity_id
limit $limit offset $offset
"""
