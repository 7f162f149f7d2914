"""Revenue by the campaigns that were answered before it, in nine models."""

MODELS = {
    "linear": ("Linear", "The same to every answer on the way"),
    "first_touch": ("First", "All to the first answer"),
    "last_touch": ("Last", "All to the last answer"),
    "time_decay": ("Time decay", "Half as much for every week that an answer came earlier"),
    "position_based": ("First and last", "40% each to the first and the last answer, 20% to those between"),
    "u_shaped": ("U", "40% each to the first answer and the one before the person became known"),
    "w_shaped": (
        "W",
        "30% each to the first answer, the one before the person and the one before the deal became known",
    ),
    "full_path": ("Full path", "22.5% each to first, person known, deal known and last, 10% to the others"),
    "success": ("Success", "By how often an answer to that campaign is followed by a purchase"),
}
"""Weight column of the mart without its ending → name and what it does."""

KINDS = """
select conversion_type, count(distinct record_id) as records, count(*) filter (is_attributed) as touches
from marts.fct_attributed_revenue
group by all
order by conversion_type desc
"""

TOTAL = """
select
    sum(revenue_amount) filter (count_touches = 0 or touch_number = 1)::double as revenue,
    sum(revenue_amount) filter (touch_number = 1)::double as attributed,
    count(*) filter (count_touches = 0 or touch_number = 1) as records,
    count(*) filter (touch_number = 1) as attributed_records
from marts.fct_attributed_revenue
where conversion_type = $conversion_type
    and converted_date >= $as_of_date - $days and converted_date < $as_of_date
"""


def by_campaign(model: str) -> str:
    """What a model gives each campaign, the largest first. Raises KeyError for a model that there is not."""
    name, _ = MODELS[model]
    return f"""
-- {name}
select
    coalesce(campaigns.campaign_name, 'Unnamed ' || campaign_id) as campaign,
    count(distinct record_id) as records,
    sum(revenue_amount * {model}_weight)::double as amount,
    any_value(campaigns.cost_amount)::double as cost,
    sum(revenue_amount * {model}_weight)::double / nullif(any_value(campaigns.cost_amount), 0)::double as return_on_cost
from marts.fct_attributed_revenue
left join marts.dim_campaigns as campaigns using (campaign_id)
where is_attributed and conversion_type = $conversion_type
    and converted_date >= $as_of_date - $days and converted_date < $as_of_date
group by campaign_id, campaigns.campaign_name
order by amount desc, campaign
limit 12
"""
