with source as (select * from {{ raw('hubspot', 'deals') }}),

deals as (
    select *, {{ source_id('hubspot', first_of_list('associated_contact_ids')) }} as contact_id
    from source
)

select
    {{ source_id('hubspot', 'deals.record_id') }} as opportunity_id,
    'hubspot' as source_name,
    deals.deal_name as opportunity_name,
    -- The deals export names no company: a deal belongs to the company of its primary contact.
    contacts.account_id,
    deals.contact_id,
    {{ source_id('hubspot', 'deals.deal_owner') }} as owner_id,
    cast(null as varchar) as product_name,
    deals.pipeline as pipeline_name,
    deals.deal_stage as stage_name,
    case lower(trim(deals.deal_stage))
        when 'closed won' then 'Won'
        when 'closed lost' then 'Lost'
        else 'Pipeline'
    end as status,
    -- An amount in another currency waits for a dated rate rather than being added up as if it were ours.
    cast(coalesce(
        deals.amount_in_company_currency,
        case when coalesce(deals.currency, '{{ var("reporting_currency") }}') = '{{ var("reporting_currency") }}'
            then deals.amount end
    ) as decimal(18, 4)) as amount,
    deals.deal_probability as probability,
    deals.original_traffic_source as lead_source,
    deals.create_date as created_at,
    {{ local_date('hubspot', 'deals', 'deals.close_date') }} as close_date,
    deals.last_modified_date as updated_at
from deals
left join {{ ref('stg_hubspot__contacts') }} as contacts using (contact_id)
