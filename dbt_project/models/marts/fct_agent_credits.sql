-- Who gets the credit for what: one row per first reply, solution, rating and decided promise of a ticket, with the agent,
-- the team and the role in force at that moment. Who inherits a ticket inherits no credit, who leaves keeps it.
with credits as (
    select
        ticket_id,
        source_name,
        'first_reply' as credit_type,
        ticket_id || '-first_reply' as credit_id,
        first_replied_at as credited_at,
        first_reply_agent_id as agent_id,
        first_reply_time_calendar_minutes as calendar_minutes,
        first_reply_time_business_minutes as business_minutes,
        cast(null as boolean) as is_good
    from {{ ref('fct_tickets') }}
    where first_replied_at is not null
    union all
    select
        ticket_id, source_name, 'solution', ticket_id || '-solution', last_solved_at, null,
        full_resolution_calendar_minutes, full_resolution_business_minutes, count_reopens = 0
    from {{ ref('fct_tickets') }}
    where is_solved and last_solved_at is not null
    union all
    select ticket_id, source_name, 'rating', ticket_id || '-rating', rated_at, csat_assignee_id, null, null,
        is_good_satisfaction
    from {{ ref('fct_tickets') }}
    where rated_at is not null
    union all
    select ticket_id, source_name, 'promise', sla_event_id || '-promise', sla_decided_at, assignee_id, null, null, is_sla_met
    from {{ ref('fct_sla_events') }}
    where is_sla_met is not null and sla_decided_at is not null
),

held as (
    select
        credits.* replace (coalesce(credits.agent_id, holders.assignee_id) as agent_id),
        holders.group_id
    from credits
    asof left join {{ ref('int_ticket_assignees_spanned') }} as holders
        on credits.ticket_id = holders.ticket_id and credits.credited_at >= holders.started_at
)

select
    held.credit_id,
    held.credit_type,
    held.ticket_id,
    held.source_name,
    held.credited_at,
    held.agent_id,
    held.group_id as team_id,
    case when held.credited_at < coalesce(roles.valid_until_at, 'infinity') then roles.role end as role_in_force,
    held.calendar_minutes,
    held.business_minutes,
    held.is_good
from held
asof left join (
    select agent_id, role, coalesce(valid_from_at, '-infinity') as valid_from_at, valid_until_at
    from {{ ref('dim_agents') }}
) as roles
    on held.agent_id = roles.agent_id and held.credited_at >= roles.valid_from_at
