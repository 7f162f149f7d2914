-- The contact named first in an opportunity, the main one before the others.
with roles as (
    select {{ salesforce_id('opportunity_id') }} as opportunity_id, {{ salesforce_id('contact_id') }} as contact_id
    from {{ salesforce_kept('opportunity_contact_roles') }}
    qualify row_number() over (
        partition by {{ salesforce_id('opportunity_id') }} order by is_primary desc nulls last, created_date, id
    ) = 1
)

select
    opportunities.id as opportunity_id,
    'salesforce' as source_name,
    opportunities.name as opportunity_name,
    case when persons.record_id is null then {{ salesforce_id('opportunities.account_id') }} end as account_id,
    coalesce({{ salesforce_id('opportunities.contact_id') }}, roles.contact_id, persons.contact_id) as contact_id,
    {{ salesforce_id('opportunities.owner_id') }} as owner_id,
    cast(null as varchar) as product_name,
    cast(null as varchar) as pipeline_name,
    opportunities.stage_name,
    {{ salesforce_deal_status(
        'opportunities.is_won', 'opportunities.is_closed', 'opportunities.stage_name', 'opportunities.forecast_category'
    ) }} as status,
    opportunities.currency_iso_code as currency,
    try_cast(opportunities.amount as decimal(18, 4)) as amount,
    opportunities.probability / 100 as probability,
    opportunities.forecast_category,
    opportunities.lead_source,
    opportunities.created_date as created_at,
    opportunities.close_date,
    opportunities.last_modified_date as updated_at
from {{ salesforce_kept('opportunities') }} as opportunities
left join roles on roles.opportunity_id = opportunities.id
left join {{ ref('stg_salesforce__person_records') }} as persons
    on persons.record_id = {{ salesforce_id('opportunities.account_id') }}
