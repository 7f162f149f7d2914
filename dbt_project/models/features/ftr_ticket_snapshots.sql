-- What was known of every open ticket at every snapshot date, and nothing later. Its category and type are left out: agents
-- set them right as they solve it. So is how its customer sounds: that is read of all words on it, today's too.
with telling as (
    select distinct source_name, true as tells_comments
    from {{ ref('fct_ticket_events') }}
    where event_type in ('customer_comment', 'reply')
)

select
    tickets.ticket_id,
    tickets.as_of_date,
    date_diff('day', tickets.created_date, tickets.as_of_date) as days_since_created,
    date_diff('day', cast(tickets.last_event_at as date), tickets.as_of_date) as days_since_last_event,
    case when tickets.status in ('new', 'open', 'hold')
        then date_diff('day', cast(greatest(tickets.our_turn_at, tickets.created_at) as date), tickets.as_of_date)
        else 0 end as days_waiting_for_us,
    tickets.status = 'new' as is_new,
    tickets.status = 'hold' as is_on_hold,
    tickets.assignee_id is not null as is_assigned,
    cast({{ priority_rank('tickets.priority') }} as bigint) as priority_level,
    tickets.count_changes,
    tickets.count_teams,
    tickets.count_agents,
    tickets.count_escalations,
    case when telling.tells_comments then tickets.count_customer_comments end as count_customer_comments,
    case when telling.tells_comments then tickets.count_replies end as count_replies,
    case when telling.tells_comments
        then date_diff('day', cast(tickets.customer_commented_at as date), tickets.as_of_date) end as days_since_customer_comment,
    {{ minutes_between('tickets.created_at', 'tickets.first_replied_at') }} / 60 as hours_to_first_reply,
    case when tickets.channel is not null then {{ past_lift('channel') }} end as channel_lift,
    case when tickets.group_id is not null then {{ past_lift('team') }} end as team_lift,
    tickets.count_backlog,
    case when tickets.group_id is not null then tickets.count_team_backlog end as count_team_backlog,
    -- This ticket is one of its customer's.
    greatest(customer.count_ended - 1, 0) as count_earlier_tickets,
    greatest(customer.count_happened - (tickets.count_escalations > 0)::int, 0) as count_earlier_escalations
from {{ ref('ftr_tickets_at_dates') }} as tickets
left join telling using (source_name)
asof left join (from {{ ref('ftr_ticket_escalations') }} where attribute = 'everything') as everything
    on tickets.source_name = everything.source_name and tickets.as_of_date > everything.event_date
{%- for alias, attribute in {'channel': 'channel', 'team': 'group_id', 'customer': 'customer_id'}.items() %}
asof left join (from {{ ref('ftr_ticket_escalations') }} where attribute = '{{ attribute }}') as {{ alias }}
    on tickets.source_name = {{ alias }}.source_name
    and tickets.{{ attribute }} = {{ alias }}.attribute_value
    and tickets.as_of_date > {{ alias }}.event_date
{%- endfor %}
