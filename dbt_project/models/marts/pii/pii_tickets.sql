-- Free text of tickets, published apart from the pseudonymous facts and encrypted.
select
    ticket_id,
    subject
from {{ ref('int_tickets_unioned') }}
