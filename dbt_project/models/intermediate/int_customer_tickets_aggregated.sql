-- Tickets and bad ratings per customer.
select
    tickets.customer_id,
    count(*) as count_tickets,
    count(*) filter (tickets.status is not null and not {{ is_done('tickets.status') }}) as count_open_tickets,
    count(*) filter (not ratings.is_good_satisfaction) as count_bad_ratings,
    max(tickets.created_at) as last_ticket_at
from {{ ref('int_tickets_resolved') }} as tickets
left join {{ ref('int_ticket_ratings_attributed') }} as ratings using (ticket_id)
where tickets.customer_id is not null
group by tickets.customer_id
