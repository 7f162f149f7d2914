-- Who must be left alone by every offer: a complaint is open or fresh. Nobody gets a discount the day after one.
with fresh_tickets as (
    select
        customer_id,
        max(created_date) as last_date
    from {{ ref('fct_tickets') }}
    where customer_id is not null and created_date >= {{ as_of() }} - {{ var('quiet_zone_days') }}
    group by customer_id
)

select customer_id, reason
from {{ ref('seg_open_complaint') }}

union all

select
    fresh_tickets.customer_id,
    'opened a ticket ' || {{ days_in_words(as_of() ~ ' - last_date') }} || ' ago'
from fresh_tickets
anti join {{ ref('seg_open_complaint') }} as complaints using (customer_id)
