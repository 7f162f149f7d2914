-- Which of the tickets open on a snapshot date escalated in [as_of_date, as_of_date + ticket_horizon_days). A window that is
-- not over yet has no label.
select
    tickets.ticket_id,
    tickets.as_of_date,
    cast({{ var('ticket_horizon_days') }} as bigint) as horizon_days,
    coalesce(next.occurred_at < tickets.as_of_date + {{ var('ticket_horizon_days') }}, false) as is_escalated
from {{ ref('ftr_tickets_at_dates') }} as tickets
asof left join (from {{ ref('fct_ticket_events') }} where escalation_type is not null and occurred_at is not null) as next
    on tickets.ticket_id = next.ticket_id and tickets.as_of_date <= next.occurred_at
where tickets.as_of_date + {{ var('ticket_horizon_days') }} <= {{ as_of() }}
