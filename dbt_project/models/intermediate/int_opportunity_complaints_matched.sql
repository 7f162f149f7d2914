-- The first complaint after a deal was won, of the same customer or else of anybody in the same organisation.
with complaints as (
    select
        customer_id,
        account_id,
        cast(created_at as date) as complaint_date
    from {{ ref('int_tickets_resolved') }}
    where coalesce(ticket_type, 'problem') not in ('question', 'task') and created_at is not null
),

won as (
    select *
    from {{ ref('int_opportunities_resolved') }}
    where status = 'Won' and close_date is not null
)

select
    won.opportunity_id,
    least(of_customer.complaint_date, of_account.complaint_date) as first_complaint_date
from won
-- The nearest later complaint only, so that a large organisation does not multiply.
asof left join complaints as of_customer
    on won.customer_id = of_customer.customer_id and won.close_date < of_customer.complaint_date
asof left join complaints as of_account
    on won.account_id = of_account.account_id and won.close_date < of_account.complaint_date
where coalesce(of_customer.complaint_date, of_account.complaint_date) is not null
