-- One row per deal of any CRM, won, lost or open.
with first_ticket as (select min(created_at) as first_ticket_at from {{ ref('int_tickets_resolved') }})

select
    opportunities.opportunity_id,
    opportunities.customer_id,
    opportunities.account_id,
    opportunities.owner_id,
    opportunities.source_name,
    opportunities.product_name,
    opportunities.pipeline_name,
    opportunities.stage_name,
    opportunities.status,
    opportunities.status = 'Won' as is_won,
    opportunities.status in ('Won', 'Lost') as is_closed,
    opportunities.currency,
    opportunities.exchange_rate,
    opportunities.original_amount,
    opportunities.amount,
    opportunities.probability,
    cast(opportunities.amount * opportunities.probability as decimal(18, 4)) as expected_revenue_amount,
    opportunities.forecast_category,
    opportunities.lead_source,
    opportunities.created_date,
    opportunities.close_date,
    -- A deal closed before it was created is a typing error, not a negative duration.
    case
        when opportunities.status in ('Won', 'Lost') and opportunities.close_date >= opportunities.created_date
            then date_diff('day', opportunities.created_date, opportunities.close_date)
    end as days_to_close,
    date_diff('day', opportunities.created_date, {{ as_of() }}) as days_since_created,
    activities.count_activities,
    activities.last_activity_at,
    case
        when opportunities.status = 'Pipeline' and activities.opportunity_id is not null
            then date_diff('day', cast(greatest(
                activities.last_activity_at, opportunities.last_changed_at, opportunities.created_at
            ) as date), {{ as_of() }})
    end as days_without_activity,
    days_without_activity >= {{ var('stale_deal_days') }} as is_stale,
    tasks.has_open_activity,
    tasks.has_overdue_task,
    complaints.first_complaint_date,
    case
        when opportunities.status != 'Won' or opportunities.close_date < cast(first_ticket_at as date) then null
        when first_complaint_date <= opportunities.close_date + {{ var('promise_days') }} then false
        when opportunities.close_date + {{ var('promise_days') }} < {{ as_of() }}
            and first_ticket_at is not null
            and coalesce(opportunities.customer_id, opportunities.account_id) is not null then true
    end as is_promise_kept
from {{ ref('int_opportunities_resolved') }} as opportunities
cross join first_ticket
left join {{ ref('int_opportunity_activities_aggregated') }} as activities using (opportunity_id)
left join {{ ref('int_opportunity_tasks_aggregated') }} as tasks using (opportunity_id)
left join {{ ref('int_opportunity_complaints_matched') }} as complaints using (opportunity_id)
