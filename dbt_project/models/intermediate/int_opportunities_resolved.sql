-- Deals with their customer and their state at as_of_date. An export written after that day tells a later state: then
-- the last recorded change before it counts, and a deal without history that was closed since was open at an unknown
-- stage. Amounts are in the reporting currency: of closed deals at the rate of the day they were closed, of open ones at the
-- last rate.
with deals as (
    select
        * replace ({{ iso_currency('currency') }} as currency),
        case when status in ('Won', 'Lost') then close_date end as closed_date
    from {{ ref('int_opportunities_unioned') }}
),

valued as (
    select
        deals.* exclude (closed_date) replace ({{ converted('deals.amount') }} as amount),
        deals.amount as original_amount,
        rates.exchange_rate
    from deals
    {{ join_exchange_rates('deals', 'deals.closed_date') }}
),

opportunities as (
    select
        opportunities.* replace ({{ organisation('opportunities') }} as account_id),
        resolved.customer_id,
        cast(opportunities.created_at as date) as created_date,
        status in ('Won', 'Lost') and close_date >= {{ as_of() }} as is_closed_then,
        coalesce(updated_at >= {{ as_of() }}, is_closed_then, false) as is_export_later
    from valued as opportunities
    left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    {{ join_organisations('opportunities') }}
),

last_changes as (
    select * from {{ ref('int_opportunity_changes_spanned') }}
    where ended_at is null
)

select
    opportunities.* exclude (
        opportunity_name, contact_id, status, stage_name, probability, close_date, amount, owner_id,
        forecast_category, is_closed_then, is_export_later
    ),
    {% for state in ['amount', 'owner_id'] -%}
    coalesce(case when is_export_later then last_changes.{{ state }} end, opportunities.{{ state }}) as {{ state }},
    {% endfor -%}
    {% for state, unknown in [
        ('status', "'Pipeline'"), ('stage_name', 'null'), ('probability', 'null'), ('close_date', 'null')
    ] -%}
    coalesce(
        case when is_export_later then last_changes.{{ state }} end,
        case when is_closed_then and is_export_later then {{ unknown }} else opportunities.{{ state }} end
    ) as {{ state }},
    {% endfor -%}
    -- No history keeps it.
    case when not is_export_later then opportunities.forecast_category end as forecast_category,
    last_changes.started_at as last_changed_at
from opportunities
left join last_changes using (opportunity_id)
