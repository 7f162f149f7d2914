-- One row per time that a customer had to explain again: to another desk or by another channel, about the same topic,
-- within repeat_story_days.
with group_changes as (
    select ticket_id, group_id, occurred_at, event_number
    from {{ ref('int_ticket_events_unioned') }}
    where group_id is not null
    qualify group_id is distinct from lag(group_id) over (partition by ticket_id order by occurred_at, event_number)
),

handed_over as (
    select
        ticket_id,
        occurred_at as handed_at,
        group_id as desk,
        lag(group_id) over ticket as first_desk,
        lead(occurred_at) over ticket as next_handed_at
    from group_changes
    window ticket as (partition by ticket_id order by occurred_at, event_number)
),

-- A ticket as it came in: the desk that had it first, not the one that has it today.
tickets as (
    select
        tickets.ticket_id,
        tickets.customer_id,
        tickets.account_id,
        tickets.created_at,
        tickets.first_solved_at,
        lower(trim(tickets.category)) as topic,
        lower(trim(tickets.channel)) as channel,
        coalesce(handed.desk, case when tickets.count_ticket_events = 0 then tickets.group_id end) as desk
    from {{ ref('fct_tickets') }} as tickets
    left join handed_over as handed on handed.ticket_id = tickets.ticket_id and handed.first_desk is null
    where tickets.customer_id is not null
),

asked_again as (
    select
        *,
        {% for told in ['ticket_id', 'created_at', 'desk', 'channel'] -%}
        lag({{ told }}) over story as first_{{ told }}{{ ',' if not loop.last }}
        {% endfor %}
    from tickets
    where topic is not null
    window story as (partition by customer_id, topic order by created_at, ticket_id)
),

customer_comments as (
    select ticket_id, comment_id, created_at
    from {{ ref('int_ticket_comments_classified') }}
    where author_role = 'end_user'
),

stories as (
    select
        case
            when desk != first_desk and channel != first_channel then 'other desk and channel'
            when desk != first_desk then 'other desk'
            when channel != first_channel then 'other channel'
        end as story_kind,
        customer_id, account_id, topic,
        first_ticket_id, first_created_at as first_at, first_desk, first_channel,
        ticket_id as again_record_id, created_at as again_at, desk as again_desk, channel as again_channel
    from asked_again

    union all

    select
        'handed over',
        tickets.customer_id, tickets.account_id, tickets.topic,
        tickets.ticket_id, handed.handed_at, handed.first_desk, tickets.channel,
        comments.comment_id, comments.created_at, handed.desk, tickets.channel
    from handed_over as handed
    asof inner join customer_comments as comments
        on handed.ticket_id = comments.ticket_id and handed.handed_at < comments.created_at
    inner join tickets on tickets.ticket_id = handed.ticket_id
    where handed.first_desk is not null and coalesce(comments.created_at < handed.next_handed_at, true)
)

select
    story_kind || ':' || again_record_id as story_id,
    story_kind,
    customer_id,
    account_id,
    topic,
    first_ticket_id,
    first_at,
    first_desk,
    first_channel,
    again_record_id,
    again_at,
    again_desk,
    again_channel,
    (epoch(again_at) - epoch(first_at)) / 86400.0 as days_between
from stories
where story_kind is not null and again_at < first_at + interval {{ var('repeat_story_days') }} day
