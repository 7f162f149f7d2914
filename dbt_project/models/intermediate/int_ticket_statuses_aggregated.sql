-- Minutes in each status by the calendar and by business hours, solutions and reopenings per ticket that has a status
-- history. Business minutes are null for tickets of a helpdesk without schedules.
with spans as (
    select
        spans.*,
        {{ minutes_between('spans.started_at', 'spans.ended_at') }} as calendar_minutes,
        at_end.business_minutes - at_start.business_minutes as business_minutes
    from {{ ref('int_ticket_statuses_spanned') }} as spans
    left join {{ ref('int_ticket_moments_timed') }} as at_start
        on spans.ticket_id = at_start.ticket_id and spans.started_at = at_start.occurred_at
    left join {{ ref('int_ticket_moments_timed') }} as at_end
        on spans.ticket_id = at_end.ticket_id and spans.ended_at = at_end.occurred_at
),

durations as (
    select
        ticket_id,
        {% for duration, statuses in status_durations().items() -%}
        {% for clock in ['calendar', 'business'] -%}
        sum(case when status in ('{{ statuses | join("', '") }}') then {{ clock }}_minutes else 0 * {{ clock }}_minutes end)
            as {{ duration }}_{{ clock }}_minutes,
        {% endfor -%}
        {% endfor -%}
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
