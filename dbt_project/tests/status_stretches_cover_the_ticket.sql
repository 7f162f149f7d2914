-- The stretches of a ticket add up to the time from its first recorded status to as_of_date: none missing, doubled,
-- negative or running beyond it.
select
    ticket_id,
    sum({{ minutes_between('started_at', 'ended_at') }}) as stretches_minutes,
    {{ minutes_between('min(started_at)', 'cast(' ~ as_of() ~ ' as timestamp)') }} as covered_minutes
from {{ ref('int_ticket_statuses_spanned') }}
group by ticket_id
having
    abs(stretches_minutes - covered_minutes) > 0.001
    or min({{ minutes_between('started_at', 'ended_at') }}) < 0
