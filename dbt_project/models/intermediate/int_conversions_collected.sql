-- All revenue that attribution shares out: orders and refunds that were not cancelled, and won deals.
with conversions as (
    select
        'order' as conversion_type,
        order_id as record_id,
        customer_id,
        ordered_at as converted_at,
        net_amount as revenue_amount,
        cast(null as date) as opportunity_date,
        is_purchase as is_attributable
    from {{ ref('int_orders_resolved') }}
    where not is_cancelled

    union all

    -- Only the day of closing is known, and a touch of that day may have come after it.
    select
        'deal',
        opportunity_id,
        customer_id,
        cast(close_date as timestamp),
        amount,
        created_date,
        true
    from {{ ref('int_opportunities_resolved') }}
    where status = 'Won'
)

select
    conversions.*,
    cast(profiles.created_at as date) as lead_date
from conversions
left join {{ ref('int_customer_profiles_merged') }} as profiles using (customer_id)
