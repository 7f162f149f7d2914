-- Deals with their customer and their state at as_of_date. Deals have no history here, so one that the export shows as
-- closed on or after that day was still open then, at a stage that nobody recorded.
with opportunities as (
    select
        opportunities.* replace ({{ organisation('opportunities') }} as account_id),
        resolved.customer_id,
        cast(opportunities.created_at as date) as created_date,
        status in ('Won', 'Lost')
            and close_date >= {{ as_of() }}
            and coalesce(updated_at >= {{ as_of() }}, true) as is_closed_later
    from {{ ref('int_opportunities_unioned') }} as opportunities
    left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    {{ join_organisations('opportunities') }}
)

select
    * exclude (opportunity_name, contact_id, status, stage_name, probability, close_date, is_closed_later),
    case when is_closed_later then 'Pipeline' else status end as status,
    case when is_closed_later then null else stage_name end as stage_name,
    case when is_closed_later then null else probability end as probability,
    case when is_closed_later then null else close_date end as close_date
from opportunities
