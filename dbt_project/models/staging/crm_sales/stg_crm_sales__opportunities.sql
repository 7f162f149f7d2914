with source as (select * from {{ raw('crm_sales', 'sales_pipeline') }})

select
    {{ source_id('crm_sales', 'opportunity_id') }} as opportunity_id,
    'crm_sales' as source_name,
    cast(null as varchar) as opportunity_name,
    {{ source_id('crm_sales', 'account') }} as account_id,
    cast(null as varchar) as contact_id,
    {{ source_id('crm_sales', 'sales_agent') }} as owner_id,
    -- The pipeline writes GTXPro where the price list writes GTX Pro; the price list names products.
    case product when 'GTXPro' then 'GTX Pro' else product end as product_name,
    cast(null as varchar) as pipeline_name,
    deal_stage as stage_name,
    case when deal_stage in ('Won', 'Lost') then deal_stage else 'Pipeline' end as status,
    cast(null as varchar) as currency,
    close_value as amount,
    case deal_stage when 'Won' then cast(1 as double) when 'Lost' then cast(0 as double) end as probability,
    cast(null as varchar) as forecast_category,
    cast(null as varchar) as lead_source,
    -- The first date the export knows; an opportunity still being prospected has none.
    cast(engage_date as timestamp) as created_at,
    close_date,
    cast(null as timestamp) as updated_at
from source
