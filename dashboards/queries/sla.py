"""Promises of the helpdesk, who does its work, and whether our figures are the helpdesk's own."""

HEADLINE = """
with promises as (
    select is_sla_met from marts.fct_sla_events
    where sla_decided_at >= $as_of_date - $days and sla_decided_at < $as_of_date and is_sla_met is not null
),
recent as (from marts.fct_tickets where created_date >= $as_of_date - $days and created_date < $as_of_date)
select
    (select count(*) from marts.fct_sla_events) as promises,
    (select count(*) filter (is_sla_met) from promises) as kept,
    (select count(*) from promises) as decided,
    (select count(*) from marts.fct_sla_events where is_active_sla and is_sla_breach) as broken_open,
    (
        select count(*) from marts.fct_sla_events
        where is_active_sla and not is_sla_breach and sla_breach_at < $as_of_date::timestamp + interval 1 day
    ) as due_soon,
    median(first_reply_time_business_minutes) as first_reply_median,
    quantile_cont(first_reply_time_business_minutes, 0.9) as first_reply_p90,
    count(first_reply_time_business_minutes) as replied,
    median(full_resolution_business_minutes) as resolution_median,
    quantile_cont(full_resolution_business_minutes, 0.9) as resolution_p90,
    count(full_resolution_business_minutes) as resolved
from recent
"""

# By the priority in force when the promise was made.
KEPT = """
select
    metric,
    coalesce(priority_applied, 'not set') as priority,
    target_minutes,
    in_business_hours,
    count(*) filter (is_sla_met) as kept,
    count(*) as decided,
    median(sla_elapsed_minutes) as elapsed_median
from marts.fct_sla_events
where sla_decided_at >= $as_of_date - $days and sla_decided_at < $as_of_date and is_sla_met is not null
group by metric, priority, target_minutes, in_business_hours
order by metric, list_position(['urgent', 'high', 'normal', 'low'], priority), target_minutes
limit 40
"""

DUE = """
select
    s.ticket_id,
    s.metric,
    s.priority_applied,
    s.sla_breach_at,
    coalesce(t.team_name, split_part(s.group_id, ':', 2)) as team
from marts.fct_sla_events as s
left join marts.dim_teams as t on t.team_id = s.group_id
where s.is_active_sla and not s.is_sla_breach and s.sla_breach_at is not null
order by s.sla_breach_at, s.ticket_id
limit 10
"""


def work(column: str) -> str:
    """What each team (`team_id`) or agent (`agent_id`) did in the window, by who held it at that moment."""
    return f"""
with recent as (
    from marts.fct_agent_credits where credited_at >= $as_of_date - $days and credited_at < $as_of_date
)
select
    c.{column} as id,
    coalesce(any_value(t.team_name), split_part(c.{column}, ':', 2)) as name,
    string_agg(distinct c.role_in_force, ', ' order by c.role_in_force) as role,
    count(*) filter (c.credit_type = 'solution') as solved,
    avg((not c.is_good)::int) filter (c.credit_type = 'solution') as reopened,
    median(coalesce(c.business_minutes, c.calendar_minutes)) filter (c.credit_type = 'first_reply')
        as first_reply_median,
    avg(c.is_good::int) filter (c.credit_type = 'rating') as csat,
    count(*) filter (c.credit_type = 'rating') as rated,
    avg(c.is_good::int) filter (c.credit_type = 'promise') as kept,
    count(*) filter (c.credit_type = 'promise') as promises
from recent as c
left join marts.dim_teams as t on t.team_id = c.{column}
where c.{column} is not null
group by c.{column}
order by solved desc, id
limit 30
"""


PARITY = """
with causes as (
    select source_name, metric_name, parity_status, count(*) as tickets
    from marts.fct_ticket_parity group by all
)
select
    source_name,
    metric_name,
    sum(tickets) filter (parity_status != 'not_exported') as compared,
    sum(tickets) filter (parity_status = 'match') / sum(tickets) filter (parity_status != 'not_exported') as agree,
    sum(tickets) filter (parity_status = 'not_exported') as unknown,
    string_agg(parity_status || ':' || tickets, ' ' order by tickets desc, parity_status)
        filter (parity_status not in ('match', 'not_exported')) as causes
from causes
group by source_name, metric_name
order by source_name, metric_name
limit 60
"""
