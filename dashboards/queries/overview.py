"""How the company is doing: customers, revenue, service and what is at risk."""

CUSTOMERS = """
select
    (select count(*) from marts.dim_customers) as customers,
    count(distinct customer_id) filter (order_date >= $as_of_date - 90) as active,
    case when min(order_date) <= $as_of_date - 180
        then count(distinct customer_id) filter (order_date >= $as_of_date - 180 and order_date < $as_of_date - 90)
    end as active_before
from marts.fct_orders
where is_purchase and order_date < $as_of_date
"""

# Net of refunds; cancelled orders never became revenue. A window with no order inside a longer history is a true zero;
# a previous window that began before the first order is not known.
REVENUE = """
select
    case when count(*) > 0 then coalesce(sum(net_amount) filter (order_date >= $as_of_date - $days), 0) end as revenue,
    case when min(order_date) <= $as_of_date - 2 * $days then coalesce(
        sum(net_amount) filter (order_date >= $as_of_date - 2 * $days and order_date < $as_of_date - $days), 0
    ) end as revenue_before,
    count(*) filter (is_purchase and order_date >= $as_of_date - $days) as orders,
    case when min(order_date) <= $as_of_date - 2 * $days then count(*) filter (
        is_purchase and order_date >= $as_of_date - 2 * $days and order_date < $as_of_date - $days
    ) end as orders_before
from marts.fct_orders
where not is_cancelled and order_date < $as_of_date
"""

SERVICE = """
select
    count(*) filter (is_open) as open_tickets,
    count(*) filter (created_date >= $as_of_date - 7) as new_tickets,
    count(csat_score) filter (created_date >= $as_of_date - 90) as rated,
    avg((csat_score = 'good')::int) filter (csat_score is not null and created_date >= $as_of_date - 90) as csat,
    count(csat_score) filter (is_solved and created_date >= $as_of_date - 90)
        / nullif(count(*) filter (is_solved and created_date >= $as_of_date - 90), 0) as response_rate
from marts.fct_tickets
"""

AT_RISK = """
select
    sum(predicted_clv_amount) filter (churn_band = 'High') as amount,
    count(*) filter (churn_band = 'High') as customers,
    count(churn_band) as scored
from marts.dim_customers
where (select count(*) from release.model_cards where score_name in ('churn', 'lifetime_value') and is_published) = 2
"""

# Every period from the first to the last has its row, so that a gap in time is a gap in the chart.
REVENUE_BY_PERIOD = """
with found as (
    select date_trunc($grain, order_date)::date as period, sum(net_amount)::double as amount
    from marts.fct_orders
    where not is_cancelled and order_date >= date_trunc($grain, $as_of_date - $days) and order_date < $as_of_date
    group by all
),
periods as (
    select unnest(generate_series(
        (select min(period) from found), $as_of_date - 1, ('1 ' || $grain)::interval
    ))::date as period
)
select period, coalesce(amount, 0) as amount
from periods
left join found using (period)
order by period
"""

INTERACTIONS_BY_PERIOD = """
with found as (
    select date_trunc($grain, occurred_date)::date as period, team, count(*) as interactions
    from marts.fct_interactions
    where occurred_date >= date_trunc($grain, $as_of_date - $days) and occurred_date < $as_of_date
    group by all
),
periods as (
    select unnest(generate_series(
        (select min(period) from found), $as_of_date - 1, ('1 ' || $grain)::interval
    ))::date as period
),
teams as (select distinct team from found)
select period, team, coalesce(interactions, 0) as interactions
from periods
cross join teams
left join found using (period, team)
order by period, team
"""
