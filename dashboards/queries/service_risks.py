"""Which open tickets will escalate, by their scores.

`{scores}` is where the values lie: tonight's table, or that of the last good ones.
"""

# A ticket that was solved since the score was made is nobody's to call about.
_OPEN = """
from {scores}
inner join marts.fct_tickets as tickets using (ticket_id)
left join marts.dim_teams as teams on teams.team_id = tickets.group_id
where tickets.is_open
"""

TOTALS = f"""
select count(*) as tickets, sum(escalation_probability)::double as escalating
{_OPEN}
"""

_TICKETS = f"""
select
    ticket_id,
    customer_id,
    escalation_probability,
    low,
    high,
    created_date,
    priority,
    coalesce(teams.team_name, split_part(tickets.group_id, ':', 2)) as team,
    tickets.assignee_id,
    reasons
{_OPEN}
order by escalation_probability desc, ticket_id
"""

TICKETS = f"{_TICKETS} limit $limit offset $offset"

DOWNLOAD = f"from ({_TICKETS}) select * replace (array_to_string(from_json(reasons, '[\"VARCHAR\"]'), '; ') as reasons)"
"""Everybody in the list, ids and reasons only."""
