"""The pipeline: what is open, what was won and how fast."""

PIPELINES = """
select pipeline_name, count(*) as opportunities
from marts.fct_opportunities
where pipeline_name is not null
group by all
order by opportunities desc, pipeline_name
"""

# `$pipeline` null means every pipeline, also the unnamed one.
OPPORTUNITIES = "marts.fct_opportunities where ($pipeline is null or pipeline_name = $pipeline)"

WITHOUT_AMOUNT = f"select count(*) as opportunities from {OPPORTUNITIES} and status = 'Pipeline' and amount is null"

STAGES = f"""
select
    coalesce(stage_name, 'Not set') as stage_name,
    count(*) as opportunities,
    sum(amount)::double as amount,
    sum(expected_revenue_amount)::double as expected_amount,
    avg(probability)::double as probability,
    median(days_since_created)::double as age_days
from {OPPORTUNITIES} and status = 'Pipeline'
group by all
order by probability nulls first, amount
"""

# Every month from the first to the last has its row, so that a gap in time is a gap in the chart.
WON_BY_MONTH = f"""
with found as (
    select date_trunc('month', close_date)::date as period, sum(amount)::double as amount
    from {OPPORTUNITIES} and is_won
        and close_date >= date_trunc('month', $as_of_date - 730) and close_date < $as_of_date
    group by all
),
months as (
    select unnest(generate_series((select min(period) from found), $as_of_date - 1, interval 1 month))::date as period
)
select period, coalesce(amount, 0) as amount
from months
left join found using (period)
order by period
"""

# Open opportunities whose close date has passed are shown in the month of the as-of date, flagged as overdue.
EXPECTED_BY_MONTH = f"""
with found as (
    select
        date_trunc('month', greatest(close_date, $as_of_date))::date as period,
        case when close_date < $as_of_date then 'Overdue' else 'On time' end as timing,
        sum(expected_revenue_amount)::double as amount
    from {OPPORTUNITIES} and status = 'Pipeline' and close_date is not null
        and close_date < $as_of_date + interval 18 month
        and expected_revenue_amount is not null
    group by all
),
months as (
    select unnest(generate_series(
        (select min(period) from found), (select max(period) from found), interval 1 month
    ))::date as period
),
timings as (select distinct timing from found)
select period, timing, coalesce(amount, 0) as amount
from months
cross join timings
left join found using (period, timing)
order by period, timing
"""
