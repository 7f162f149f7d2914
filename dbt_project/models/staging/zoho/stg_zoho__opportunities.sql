with source as (select * from {{ raw('zoho', 'deals') }})

select
    {{ source_id('zoho', 'record_id') }} as opportunity_id,
    'zoho' as source_name,
    deal_name as opportunity_name,
    {{ source_id('zoho', 'account_name_id') }} as account_id,
    {{ source_id('zoho', 'contact_name_id') }} as contact_id,
    {{ source_id('zoho', 'deal_owner_id') }} as owner_id,
    cast(null as varchar) as product_name,
    pipeline as pipeline_name,
    stage as stage_name,
    case
        when stage ilike 'closed won%' then 'Won'
        -- Closed Lost and Closed Lost to Competition.
        when stage ilike 'closed lost%' then 'Lost'
        else 'Pipeline'
    end as status,
    currency,
    amount,
    probability / 100 as probability,
    cast(null as varchar) as forecast_category,
    lead_source,
    created_time as created_at,
    closing_date as close_date,
    modified_time as updated_at
from source
