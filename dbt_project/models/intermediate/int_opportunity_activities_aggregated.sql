-- Activities that name a deal, and the last sign of life around it: one of those, or an exchange with its customer since
-- the deal exists. Only deals of systems that export activities about deals are here: of the others nothing is known.
{% set kinds = "('call', 'meeting', 'email', 'chat')" -%}
with activities as (
    select *
    from {{ ref('int_activities_unioned') }}
    where activity_type != 'mention'
),

named as (
    select
        opportunity_id,
        count(*) as count_activities,
        max(occurred_at) as last_activity_at
    from activities
    where opportunity_id is not null
    group by opportunity_id
),

exchanges as (
    select
        resolved.customer_id,
        max(activities.occurred_at) as last_exchange_at
    from activities
    inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    where activities.activity_type in {{ kinds }}
    group by resolved.customer_id
)

select
    opportunities.opportunity_id,
    coalesce(named.count_activities, 0) as count_activities,
    greatest(
        named.last_activity_at,
        case when exchanges.last_exchange_at >= opportunities.created_at then exchanges.last_exchange_at end
    ) as last_activity_at
from {{ ref('int_opportunities_resolved') }} as opportunities
left join named using (opportunity_id)
left join exchanges using (customer_id)
where opportunities.source_name in (select distinct source_name from activities where opportunity_id is not null)
