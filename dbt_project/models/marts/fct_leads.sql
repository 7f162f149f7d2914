-- One row per lead of any CRM, converted or not.
select
    leads.lead_id,
    resolved.customer_id,
    leads.owner_id,
    leads.source_name,
    leads.lead_source,
    leads.landing_page,
    leads.status,
    cast(leads.created_at as date) as created_date,
    cast(leads.converted_at as date) as converted_date,
    coalesce(leads.is_converted and coalesce(leads.converted_at < {{ as_of() }}, true), false) as is_converted,
    -- Converted before it was created: a typing error, not a negative duration.
    case when leads.converted_at < {{ as_of() }} and converted_date >= created_date
        then date_diff('day', created_date, converted_date) end as days_to_convert,
    not is_converted and coalesce(created_date >= {{ as_of() }} - {{ var('open_lead_days') }}, false) as is_open,
    leads.converted_account_id,
    leads.converted_opportunity_id
from {{ ref('int_leads_unioned') }} as leads
left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
