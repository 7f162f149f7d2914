with source as (
    select
        *,
        -- A closed opportunity brought what it brought; the base currency is taken to be the reporting one.
        case when status = 'Open' then est_revenue_base else coalesce(actual_revenue_base, est_revenue_base) end
            as base_amount,
        case when status = 'Open' then est_revenue else coalesce(actual_revenue, est_revenue) end as own_amount
    from {{ raw('dynamics365', 'opportunities') }}
),

-- Opportunities name their account and, within it, their contact. A name that two share says nothing.
accounts as (
    select lower(account_name) as name_key, min(account_id) as account_id
    from {{ ref('stg_dynamics365__accounts') }}
    group by all
    having count(*) = 1
),

contacts as (
    select account_id, lower(full_name) as name_key, min(contact_id) as contact_id
    from {{ ref('stg_dynamics365__contacts') }}
    group by all
    having count(*) = 1
)

select
    {{ source_id('dynamics365', 'do_not_modify_opportunity') }} as opportunity_id,
    'dynamics365' as source_name,
    topic as opportunity_name,
    accounts.account_id,
    contacts.contact_id,
    {{ source_id('dynamics365', 'owner') }} as owner_id,
    cast(null as varchar) as product_name,
    cast(null as varchar) as pipeline_name,
    sales_stage as stage_name,
    case when status in ('Won', 'Lost') then status else 'Pipeline' end as status,
    case when base_amount is null then {{ dynamics365_currency('currency') }} end as currency,
    coalesce(base_amount, own_amount) as amount,
    probability / 100 as probability,
    cast(null as varchar) as forecast_category,
    source_campaign as lead_source,
    created_on as created_at,
    coalesce(actual_close_date, est_close_date) as close_date,
    do_not_modify_modified_on as updated_at
from source
left join accounts on accounts.name_key = lower(trim(source.account))
left join contacts
    on contacts.account_id = accounts.account_id
    and contacts.name_key = lower(trim(source.contact))
