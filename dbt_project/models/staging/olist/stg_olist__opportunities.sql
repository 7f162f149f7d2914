-- Only won deals are published, one for each lead that became a seller.
select
    {{ source_id('olist', 'deals.mql_id') }} as opportunity_id,
    'olist' as source_name,
    cast(null as varchar) as opportunity_name,
    {{ source_id('olist', 'deals.seller_id') }} as account_id,
    {{ source_id('olist', 'deals.mql_id') }} as contact_id,
    {{ source_id('olist', 'deals.sr_id') }} as owner_id,
    cast(null as varchar) as product_name,
    cast(null as varchar) as pipeline_name,
    'Won' as stage_name,
    'Won' as status,
    -- What a seller declares to take in a month is not what the deal is worth to the marketplace.
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as amount,
    cast(1 as double) as probability,
    cast(null as varchar) as forecast_category,
    leads.origin as lead_source,
    -- The first that is known of it; one was won before its first contact.
    least(cast(leads.first_contact_date as timestamp), deals.won_date) as created_at,
    {{ local_date('olist', 'closed_deals', 'deals.won_date') }} as close_date,
    deals.won_date as updated_at
from {{ raw('olist', 'closed_deals') }} as deals
left join {{ raw('olist', 'leads') }} as leads using (mql_id)
