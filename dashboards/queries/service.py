"""The helpdesk: what waits, how fast it is answered, and what customers say about it."""

DIMENSIONS = {"Channel": "channel", "Priority": "priority", "Category": "category", "Source": "source_name"}

OLD = "select count(*) as tickets from marts.fct_tickets where is_open and created_date < $as_of_date - 7"

# Complete weeks only, Monday to Sunday: a week that is not over would look like a fall.
CREATED_AND_SOLVED = """
with weeks as (
    select unnest(generate_series(
        date_trunc('week', $as_of_date - $days), date_trunc('week', $as_of_date) - interval 7 day, interval 7 day
    ))::date as week
),
created as (
    select date_trunc('week', created_date)::date as week, count(*) as tickets
    from marts.fct_tickets where created_date < $as_of_date group by all
),
solved as (
    select date_trunc('week', last_solved_at)::date as week, count(*) as tickets
    from marts.fct_tickets where is_solved and last_solved_at < $as_of_date group by all
)
select w.week, 'Created' as event, coalesce(c.tickets, 0) as tickets from weeks as w left join created as c using (week)
union all
select w.week, 'Solved', coalesce(s.tickets, 0) from weeks as w left join solved as s using (week)
order by week, event
"""

# Of all systems together; a day before the first ticket of any of them had none open.
BACKLOG = """
with days as (
    select unnest(generate_series($as_of_date - $days, $as_of_date - 1, interval 1 day))::date as day
)
select d.day, coalesce(sum(b.count_open_tickets), 0)::bigint as open_tickets
from days as d
left join marts.agg_backlog_days as b on b.backlog_date = d.day
group by d.day
order by d.day
"""

BACKLOG_AGE = """
with ages as (
    select (epoch($as_of_date::timestamp) - epoch(created_at)) / 86400 as days_open from marts.fct_tickets where is_open
),
bands as (
    select * from (values (1, 'Under 1 day', 0, 1), (2, '1 to 3 days', 1, 3), (3, '3 to 7 days', 3, 7),
        (4, '7 to 30 days', 7, 30), (5, 'Over 30 days', 30, 1e9)) as b (place, age, from_days, to_days)
)
select b.place, b.age, count(a.days_open) as tickets
from bands as b
left join ages as a on a.days_open >= b.from_days and a.days_open < b.to_days
group by all
order by b.place
"""


def breakdown(dimension: str) -> str:
    """Speed and satisfaction by a column of `DIMENSIONS`; the 20 values with most tickets."""
    column = DIMENSIONS[dimension]
    return f"""
select
    coalesce({column}, 'Not set') as name,
    count(*) as tickets,
    count(*) filter (is_open) as open_tickets,
    median(first_reply_time_calendar_minutes) as first_reply_median,
    quantile_cont(first_reply_time_calendar_minutes, 0.9) as first_reply_p90,
    median(full_resolution_calendar_minutes) as resolution_median,
    quantile_cont(full_resolution_calendar_minutes, 0.9) as resolution_p90,
    avg((csat_score = 'good')::int) filter (csat_score is not null) as csat,
    count(csat_score) as rated
from marts.fct_tickets
where created_date >= $as_of_date - $days and created_date < $as_of_date
group by {column}
order by tickets desc, name
limit 20
"""
