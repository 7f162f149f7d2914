"""One customer: finding, facts, scores and every interaction. `SEARCH_NAMES` and `NAMES` need the personal file."""

SEARCH_IDS = """
select
    customer_id,
    country,
    last_order_date,
    historic_number_of_orders,
    historic_clv_amount::double as historic_clv_amount
from marts.dim_customers
where contains(lower(customer_id), lower($text)) or customer_id in (select unnest($customer_ids))
order by customer_id = $text desc, historic_clv_amount desc nulls last, customer_id
limit 20
"""

SEARCH_NAMES = """
select customer_id
from personal.pii.pii_customers
where contains(lower(full_name), lower($text)) or contains(lower(email), lower($text))
order by lower(email) = lower($text) desc, full_name, customer_id
limit 20
"""

NAMES = """
select customer_id, full_name
from personal.pii.pii_customers
where customer_id in (select unnest($customer_ids)) and full_name is not null
"""

PERSON = "select full_name, email, phone from personal.pii.pii_customers where customer_id = $customer_id"

RECENT = """
select
    customer_id,
    country,
    last_order_date,
    historic_number_of_orders,
    historic_clv_amount::double as historic_clv_amount
from marts.dim_customers
order by last_interaction_at desc nulls last, customer_id
limit 8
"""

FACTS = "select * from marts.dim_customers where customer_id = $customer_id"

WITHHELD = """
select score_name, verdict
from release.model_cards
where not is_published and score_name in (select unnest($scores))
order by score_name
"""

KINDS = """
select team, interaction_type, count(*) as interactions
from marts.fct_interactions
where customer_id = $customer_id
group by all
order by team, interactions desc, interaction_type
"""

# One mark per day, team and kind bounds the chart by the calendar, however busy the customer.
TIMELINE_CHART = """
select occurred_date, team, interaction_type, count(*) as interactions, sum(amount)::double as amount
from marts.fct_interactions
where customer_id = $customer_id and team in (select unnest($teams)) and interaction_type in (select unnest($types))
group by all
order by occurred_date, team
limit 2000
"""

TIMELINE_COUNT = """
select count(*) as interactions
from marts.fct_interactions
where customer_id = $customer_id and team in (select unnest($teams)) and interaction_type in (select unnest($types))
"""

TIMELINE = """
select occurred_at, team, interaction_type, channel, direction, detail, amount::double as amount
from marts.fct_interactions
where customer_id = $customer_id and team in (select unnest($teams)) and interaction_type in (select unnest($types))
order by occurred_at desc, interaction_id
limit $limit offset $offset
"""
