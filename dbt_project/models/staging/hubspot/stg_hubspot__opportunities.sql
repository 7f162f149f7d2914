with exported as (
    select
        record_id as id,
        deal_name as name,
        {{ first_of_list('associated_contact_ids') }} as contact_id,
        deal_owner as owner_name,
        pipeline as pipeline_name,
        deal_stage as stage_name,
        {{ hubspot_deal_status('deal_stage') }} as status,
        amount,
        currency,
        amount_in_company_currency,
        deal_probability as probability,
        original_traffic_source as lead_source,
        create_date as created_at,
        close_date,
        last_modified_date as updated_at,
        _loaded_at,
        false as is_object,
        false as is_gone
    from {{ raw('hubspot', 'deals') }}
),

objects as (
    select
        id,
        {{ hubspot_property('dealname') }} as name,
        {{ hubspot_associated('companies') }} as company_id,
        {{ hubspot_associated('contacts') }} as contact_id,
        {{ hubspot_property('hubspot_owner_id') }} as owner_id,
        coalesce(stages.pipeline_name, {{ hubspot_property('pipeline') }}) as pipeline_name,
        coalesce(stages.stage_name, {{ hubspot_property('dealstage') }}) as stage_name,
        case
            when {{ hubspot_property('hs_is_closed_won') }} = 'true' then 'Won'
            when stages.status is not null then stages.status
            when {{ hubspot_property('hs_is_closed') }} = 'true' then 'Lost'
            else 'Pipeline'
        end as status,
        try_cast({{ hubspot_property('amount') }} as decimal(18, 4)) as amount,
        {{ hubspot_property('deal_currency_code') }} as currency,
        try_cast({{ hubspot_property('amount_in_home_currency') }} as decimal(18, 4)) as amount_in_company_currency,
        coalesce(
            try_cast({{ hubspot_property('hs_deal_stage_probability') }} as double), stages.probability
        ) as probability,
        {{ hubspot_label(hubspot_property('hs_analytics_source')) }} as lead_source,
        created_at,
        {{ hubspot_moment(hubspot_property('closedate')) }} as close_date,
        updated_at,
        _loaded_at,
        true as is_object,
        coalesce(archived, false) as is_gone
    from {{ raw('hubspot', 'api_deals') }}
    left join {{ ref('stg_hubspot__deal_stages') }} as stages on stages.stage_id = {{ hubspot_property('dealstage') }}
),

known as (
    select * from exported
    union all by name
    select * from objects
),

-- Of a deal in both, the state changed last counts, also if it says that the record is gone.
deals as (
    select * from known
    qualify row_number() over (
        partition by id order by updated_at desc nulls last, _loaded_at desc, is_object desc
    ) = 1
)

select
    {{ source_id('hubspot', 'deals.id') }} as opportunity_id,
    'hubspot' as source_name,
    deals.name as opportunity_name,
    -- The deals export names no company: a deal belongs to the company of its primary contact.
    coalesce({{ source_id('hubspot', 'deals.company_id') }}, contacts.account_id) as account_id,
    {{ source_id('hubspot', 'deals.contact_id') }} as contact_id,
    coalesce(
        {{ source_id('hubspot', 'deals.owner_id') }}, owners.user_id, {{ source_id('hubspot', 'deals.owner_name') }}
    ) as owner_id,
    cast(null as varchar) as product_name,
    deals.pipeline_name,
    deals.stage_name,
    deals.status,
    -- The company currency is taken to be the reporting one.
    case when deals.amount_in_company_currency is null then deals.currency end as currency,
    cast(coalesce(deals.amount_in_company_currency, deals.amount) as decimal(18, 4)) as amount,
    deals.probability,
    cast(null as varchar) as forecast_category,
    deals.lead_source,
    deals.created_at,
    {{ local_date('hubspot', 'deals', 'deals.close_date') }} as close_date,
    deals.updated_at
from deals
left join {{ ref('stg_hubspot__contacts') }} as contacts
    on contacts.contact_id = {{ source_id('hubspot', 'deals.contact_id') }}
left join {{ ref('stg_hubspot__owner_names') }} as owners on owners.name_key = lower(trim(deals.owner_name))
where not deals.is_gone
