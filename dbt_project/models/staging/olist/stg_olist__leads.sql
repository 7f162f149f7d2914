select
    {{ source_id('olist', 'leads.mql_id') }} as lead_id,
    'olist' as source_name,
    {{ source_id('olist', 'leads.mql_id') }} as contact_id,
    cast(null as varchar) as email,
    cast(null as varchar) as full_name,
    cast(null as varchar) as phone,
    cast(null as varchar) as company_name,
    leads.origin as lead_source,
    leads.landing_page_id as landing_page,
    cast(null as varchar) as status,
    {{ source_id('olist', 'deals.sdr_id') }} as owner_id,
    deals.mql_id is not null as is_converted,
    deals.won_date as converted_at,
    {{ source_id('olist', 'deals.seller_id') }} as converted_account_id,
    {{ source_id('olist', 'deals.mql_id') }} as converted_opportunity_id,
    cast(leads.first_contact_date as timestamp) as created_at,
    cast(null as timestamp) as updated_at
from {{ raw('olist', 'leads') }} as leads
left join {{ raw('olist', 'closed_deals') }} as deals using (mql_id)
