with source as (select * from {{ raw('pipedrive', 'deals') }}),

deals as (
    select
        source.*,
        lower(trim(source.status)) as state,
        coalesce({{ source_id('pipedrive', 'source.organization_id') }}, organizations.account_id) as account_id
    from source
    left join {{ pipedrive_named_organizations() }} as organizations
        on organizations.name_key = lower(trim(source.organization))
)

select
    {{ source_id('pipedrive', 'deals.id') }} as opportunity_id,
    'pipedrive' as source_name,
    deals.title as opportunity_name,
    deals.account_id,
    coalesce({{ source_id('pipedrive', 'deals.contact_person_id') }}, persons.contact_id) as contact_id,
    {{ source_id('pipedrive', 'deals.owner') }} as owner_id,
    deals.product_name,
    deals.pipeline as pipeline_name,
    deals.stage as stage_name,
    case
        when deals.state = 'won' then 'Won'
        when deals.state = 'lost' then 'Lost'
        -- An open deal in the archive is nobody's work any more.
        when deals.state = 'open' and deals.archive_time is null then 'Pipeline'
        else 'Other'
    end as status,
    deals.currency_of_value as currency,
    deals.value as amount,
    case deals.state when 'won' then 1.0 when 'lost' then 0.0 else deals.probability / 100 end as probability,
    cast(null as varchar) as forecast_category,
    coalesce(deals.source_channel, deals.source_origin) as lead_source,
    deals.deal_created as created_at,
    coalesce(
        {{ local_date('pipedrive', 'deals', 'coalesce(deals.deal_closed_on, deals.won_time, deals.lost_time)') }},
        deals.expected_close_date
    ) as close_date,
    deals.update_time as updated_at
from deals
left join {{ pipedrive_named_persons() }} as persons
    on persons.name_key = lower(trim(deals.contact_person))
    and persons.account_id is not distinct from deals.account_id
