-- Every lead that was open on a snapshot date: come before it, not converted before it, and not older than a lead gets. From
-- a system's first conversion on: before it nobody knows whether none converted or none was written down. A lead that
-- converted without a date cannot be said to have been open.
with firsts as (
    select source_name, min(converted_date) as first_converted_date
    from {{ ref('fct_leads') }}
    where is_converted
    group by source_name
)

select
    leads.lead_id,
    dates.as_of_date,
    leads.customer_id,
    leads.source_name,
    leads.lead_source,
    leads.landing_page,
    leads.created_date,
    case when leads.is_converted then leads.converted_date end as converted_date
from {{ ref('fct_leads') }} as leads
inner join firsts using (source_name)
inner join ({{ snapshot_dates(var('lead_step_days')) }}) as dates
    on dates.as_of_date > leads.created_date
    and dates.as_of_date <= leads.created_date + {{ var('open_lead_days') }}
    and dates.as_of_date > firsts.first_converted_date
    and (not leads.is_converted or dates.as_of_date <= leads.converted_date)
