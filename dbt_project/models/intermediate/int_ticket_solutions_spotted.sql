-- The moments at which a ticket became done: solved, or closed by rule without being solved first.
-- solved → closed is one moment, not two; a closed ticket without status history has none, and none is invented.
select
    ticket_id,
    started_at as solved_at,
    row_number() over (partition by ticket_id order by span_number) as solution_number
from {{ ref('int_ticket_statuses_spanned') }}
where {{ is_done('status') }} and not coalesce({{ is_done('previous_status') }}, false)
