-- How many tickets had come and how many of them had escalated up to and including a day: of all, and by channel, team and
-- customer. Look-ups of the last row before a date give what was known of them then.
with events as (
    select
        ticket_id,
        escalation_type,
        occurred_at,
        -- A rating names no team: it is of the one that had the ticket.
        last_value(group_id ignore nulls) over (
            partition by ticket_id order by occurred_at, event_type, event_number, ticket_event_id
        ) as group_id
    from {{ ref('fct_ticket_events') }}
    where occurred_at is not null
),

escalated as (
    select ticket_id, cast(min(occurred_at) as date) as event_date
    from events
    where escalation_type is not null
    group by ticket_id
),

teams as (
    select
        ticket_id,
        group_id,
        cast(min(occurred_at) as date) as came_date,
        cast(min(occurred_at) filter (escalation_type is not null) as date) as escalated_date
    from events
    where group_id is not null
    group by all
),

told as (
    {% for attribute in ['everything', 'channel', 'customer_id'] -%}
    {% set value = "''" if attribute == 'everything' else attribute -%}
    select source_name, '{{ attribute }}' as attribute, {{ value }} as attribute_value, created_date as event_date, 1 as came, 0 as happened
    from {{ ref('fct_tickets') }}
    where {{ value }} is not null and created_date is not null
    union all
    select source_name, '{{ attribute }}', {{ value }}, greatest(event_date, created_date), 0, 1
    from {{ ref('fct_tickets') }}
    inner join escalated using (ticket_id)
    where {{ value }} is not null and created_date is not null
    union all
    {% endfor -%}
    select tickets.source_name, 'group_id', teams.group_id, unnest([came_date, escalated_date]), unnest([1, 0]), unnest([0, 1])
    from teams
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_id)
),

days as (
    select source_name, attribute, attribute_value, event_date, sum(came) as came, sum(happened) as happened
    from told
    where event_date is not null
    group by all
)

select
    source_name,
    attribute,
    attribute_value,
    event_date,
    cast(sum(came) over past as bigint) as count_ended,
    cast(sum(happened) over past as bigint) as count_happened
from days
window past as (partition by source_name, attribute, attribute_value order by event_date)
