-- Tickets unsolved at the end of each day, by system: a running sum of what came and went, never a row per ticket and day.
-- A solved ticket whose solution is not recorded is left out; it would stay open for ever.
with steps as (
    select source_name, created_date as day, 1 as created, 0 as solved, 0 as reopened
    from {{ ref('fct_tickets') }}
    where created_at is not null and (is_open or last_solved_at is not null)
    union all
    select tickets.source_name, cast(solutions.solved_at as date), 0, 1, 0
    from {{ ref('int_ticket_solutions_spotted') }} as solutions
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_id)
    union all
    select tickets.source_name, cast(spans.started_at as date), 0, 0, 1
    from {{ ref('int_ticket_statuses_spanned') }} as spans
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_id)
    where not {{ is_done('spans.status') }} and {{ is_done('spans.previous_status') }}
),

days as (
    select source_name, unnest(generate_series(min(day), {{ as_of() }} - 1, interval 1 day))::date as backlog_date
    from steps
    group by source_name
),

counted as (
    select
        days.source_name,
        days.backlog_date,
        coalesce(sum(steps.created), 0) as count_created,
        coalesce(sum(steps.solved), 0) as count_solved,
        coalesce(sum(steps.reopened), 0) as count_reopened
    from days
    left join steps on days.source_name = steps.source_name and days.backlog_date = steps.day
    group by all
)

select
    source_name || '-' || backlog_date as backlog_day_id,
    source_name,
    backlog_date,
    cast(count_created as bigint) as count_created,
    cast(count_solved as bigint) as count_solved,
    cast(count_reopened as bigint) as count_reopened,
    cast(sum(count_created - count_solved + count_reopened) over (
        partition by source_name order by backlog_date rows unbounded preceding
    ) as bigint) as count_open_tickets
from counted
