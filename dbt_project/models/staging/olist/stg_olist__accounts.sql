-- Sellers are organisations; most of those that the deals name are not in the list of sellers.
with sellers as (
    select seller_id from {{ raw('olist', 'sellers') }}
    union
    select seller_id from {{ raw('olist', 'closed_deals') }}
),

deals as (
    select
        seller_id,
        any_value(business_segment) as business_segment
    from {{ raw('olist', 'closed_deals') }}
    group by seller_id
)

select
    {{ source_id('olist', 'sellers.seller_id') }} as account_id,
    'olist' as source_name,
    cast(null as varchar) as account_name,
    deals.business_segment as industry,
    'BR' as country,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as parent_account_id,
    cast(null as bigint) as count_employees,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as annual_revenue_amount,
    cast(null as timestamp) as created_at
from sellers
left join deals using (seller_id)
