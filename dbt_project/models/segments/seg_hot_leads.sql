-- Customers behind the quarter of open leads that most probably convert. Empty while no such score is published.
with hot as (
    select
        leads.customer_id,
        arg_max(leads.lead_source, scores.conversion_probability) as lead_source,
        max(scores.conversion_probability) as conversion_probability,
        min({{ as_of() }} - leads.created_date) as age_days
    from {{ ref('fct_leads') }} as leads
    inner join {{ source('ml', 'lead_conversion') }} as scores using (lead_id)
    where
        scores.as_of_date = {{ as_of() }}
        and scores.lead_tier = 'A'
        and leads.customer_id is not null
    group by leads.customer_id
)

select
    hot.customer_id,
    'came ' || {{ days_in_words('age_days') }} || ' ago' || coalesce(' by ' || lead_source, '')
    || '; ' || {{ percent_in_words('conversion_probability') }} || ' likely to convert in the next {{ var("horizon_days") }} days'
    || ', the best quarter of open leads' as reason
from hot
anti join {{ ref('quiet_customers') }} as quiet using (customer_id)
