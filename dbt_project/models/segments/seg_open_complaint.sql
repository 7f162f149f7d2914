-- Customers with an unsolved ticket, or a bad rating within quiet_zone_days.
with open_tickets as (
    select
        customer_id,
        count(*) as count_tickets,
        {{ as_of() }} - min(created_date) as oldest_days
    from {{ ref('fct_tickets') }}
    where is_open and customer_id is not null
    group by customer_id
),

bad_ratings as (
    select
        customer_id,
        {{ as_of() }} - max(occurred_date) as last_days
    from {{ ref('fct_interactions') }}
    where
        interaction_type = 'survey_response' and detail = 'csat bad' and customer_id is not null
        and occurred_date >= {{ as_of() }} - {{ var('quiet_zone_days') }}
    group by customer_id
)

select
    customer_id,
    concat_ws(
        '; ',
        case
            when count_tickets = 1 then 'has a ticket open for ' || {{ days_in_words('oldest_days') }}
            when count_tickets > 1
                then 'has ' || count_tickets || ' open tickets, the oldest for ' || {{ days_in_words('oldest_days') }}
        end,
        'rated support bad ' || {{ days_in_words('last_days') }} || ' ago'
    ) as reason
from open_tickets
full join bad_ratings using (customer_id)
