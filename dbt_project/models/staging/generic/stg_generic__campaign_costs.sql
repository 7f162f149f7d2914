with source as (select * from {{ raw('generic', 'generic_campaign_costs') }})

select
    -- Costs are written down apart from the tool that sends, so the row says whose campaign it means.
    nullif(trim(campaign_source), '') || ':' || nullif(trim(campaign_id), '') as campaign_id,
    source_name,
    nullif(trim(campaign_source), '') as campaign_source_name,
    spent_date,
    upper(nullif(trim(currency), '')) as currency,
    cost_amount
from source
