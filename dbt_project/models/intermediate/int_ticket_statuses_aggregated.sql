-- Minutes in each status, solutions and reopenings per ticket that has a status history.
with spans as (
    select
        *,
        {{ minutes_between('started_at', 'ended_at') }} as span_minutes
    from {{ ref('int_ticket_statuses_spanned') }}
),

durations as (
    select
        ticket_id,
        sum(case when status in ('new', 'open', 'hold') then span_minutes else 0 end) as requester_wait_minutes,
        sum(case when status = 'pending' then span_minutes else 0 end) as agent_wait_minutes,
        sum(case when status = 'hold' then span_minutes else 0 end) as on_hold_minutes,
        sum(span_minutes) as recorded_minutes,
        count(*) filter (not {{ is_done('status') }} and {{ is_done('previous_status') }}) as count_reopens,
        max_by(status, span_number) as last_status
    from spans
    group by ticket_id
),

solutions as (
    select
        ticket_id,
        min(solved_at) as first_solved_at,
        max(solved_at) as last_solved_at
    from {{ ref('int_ticket_solutions_spotted') }}
    group by ticket_id
)

select
    durations.*,
    solutions.first_solved_at,
    solutions.last_solved_at
from durations
left join solutions using (ticket_id)
