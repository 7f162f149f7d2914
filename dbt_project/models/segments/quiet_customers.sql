-- Who must be left alone by every offer, calls included: a complaint is open or fresh, somebody said no to marketing, or
-- all teams together have been in touch too often. Nobody gets a discount the day after a complaint.
with reasons as (
    select customer_id, reason from {{ ref('seg_open_complaint') }}

    union all

    select
        customer_id,
        'opened a ticket ' || {{ days_in_words(as_of() ~ ' - max(created_date)') }} || ' ago'
    from {{ ref('fct_tickets') }}
    where
        customer_id is not null and created_date >= {{ as_of() }} - {{ var('quiet_zone_days') }}
        and customer_id not in (select customer_id from {{ ref('seg_open_complaint') }})
    group by customer_id

    union all

    select customer_id, 'said no to marketing'
    from {{ ref('dim_customers') }}
    where has_opted_out

    union all

    select customer_id, 'heard from us ' || count_touches_7d || ' times in the last 7 days'
    from {{ ref('dim_customers') }}
    where count_touches_7d >= {{ var('contact_limit_7d') }}
)

select
    customer_id,
    string_agg(reason, '; ' order by reason) as reason
from reasons
group by customer_id
