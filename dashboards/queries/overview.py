"""How the company is doing: what is behind the KPIs of the overview, which come from dashboards.figures."""

SCORED = "select count(churn_band) as customers from marts.dim_customers"

# Every period from the first to the last has its row, so that a gap in time is a gap in the chart.
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
