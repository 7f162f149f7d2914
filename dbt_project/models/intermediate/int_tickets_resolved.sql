-- Tickets with their customer and their state at as_of_date. A ticket without a known requester stays.
-- An export written after as_of_date tells a later state; then the last recorded change before that day counts.
with tickets as (
    select
        tickets.* replace ({{ organisation('tickets') }} as account_id),
        resolved.customer_id,
        coalesce(tickets.updated_at >= {{ as_of() }}, false) as is_export_later
    from {{ ref('int_tickets_unioned') }} as tickets
    left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    {{ join_organisations('tickets') }}
)

select
    tickets.* exclude (status, priority, assignee_id, group_id, subject, contact_id, is_export_later),
    {% for state in ['status', 'priority', 'assignee_id', 'group_id'] -%}
    {% set last = ('statuses' if state == 'status' else 'events') ~ '.last_' ~ state -%}
    case when is_export_later then {{ last }} else coalesce(tickets.{{ state }}, {{ last }}) end as {{ state }},
    {% endfor -%}
    coalesce(events.count_ticket_events, 0) as count_ticket_events,
    events.count_assignee_stations,
    events.count_group_stations,
    events.count_group_changes
from tickets
left join {{ ref('int_ticket_events_aggregated') }} as events using (ticket_id)
left join {{ ref('int_ticket_statuses_aggregated') }} as statuses using (ticket_id)
