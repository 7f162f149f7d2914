"""Actions: what to do next about whom, and how much money it is about."""

AIMS = """
select
    aim,
    count(*) as customers,
    sum(stake_amount)::double as stake_amount
from segments.next_best_actions
group by aim
"""

LISTED = """
select
    a.customer_id,
    d.title,
    a.action,
    a.reason,
    a.stake_amount::double as stake_amount,
    a.owner,
    a.best_channel,
    case when a.best_contact_hour is not null
        then lpad(a.best_contact_hour::varchar, 2, '0') || ':00 ' || coalesce(a.contact_timezone, 'UTC') end as hour,
    (
        select string_agg(o.title, ', ' order by o.title)
        from release.segment_definitions as o
        where o.segment_name in (select unnest(string_split(a.other_segment_names, ',')))
    ) as others
from segments.next_best_actions as a
left join release.segment_definitions as d using (segment_name)
where a.aim = $aim
order by a.stake_amount desc nulls last, a.customer_id
limit $limit offset $offset
"""

DOWNLOAD = """
select customer_id, segment_name, owner, action, reason, stake_amount, best_channel, best_contact_hour,
    contact_timezone, other_segment_names
from segments.next_best_actions
where aim = $aim
order by stake_amount desc nulls last, customer_id
"""

OF_CUSTOMER = """
select
    a.aim, d.title, a.owner, a.action, a.reason, a.stake_amount::double as stake_amount
from segments.next_best_actions as a
left join release.segment_definitions as d using (segment_name)
where a.customer_id = $customer_id
"""
