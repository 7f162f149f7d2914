with source as (
    select *, {{ wukong_customer_id('customer_name') }} as account_id from {{ raw('wukong', 'opportunities') }}
),

customers as (
    select {{ wukong_customer_id('customer_name') }} as account_id, customer_source
    from {{ raw('wukong', 'customers') }}
    qualify row_number() over (partition by account_id order by update_time desc nulls last, _source_row desc) = 1
),

-- Opportunities name no person: only where the customer has a single contact is it clear who is meant.
only_contacts as (
    select account_id, min(contact_id) as contact_id
    from {{ ref('stg_wukong__contacts') }}
    where account_id is not null
    group by all
    having count(*) = 1
)

select
    {{ wukong_id('商机', ['customer_name', 'opportunity_name']) }} as opportunity_id,
    'wukong' as source_name,
    opportunity_name,
    source.account_id,
    only_contacts.contact_id,
    {{ source_id('wukong', 'owner_name') }} as owner_id,
    cast(null as varchar) as product_name,
    stage_group as pipeline_name,
    stage_name,
    case stage_name when '赢单' then 'Won' when '输单' then 'Lost' when '无效' then 'Other' else 'Pipeline' end as status,
    cast(null as varchar) as currency,
    amount,
    cast(null as double) as probability,
    cast(null as varchar) as forecast_category,
    customers.customer_source as lead_source,
    create_time as created_at,
    {{ local_date('wukong', 'opportunities', 'expected_close_time') }} as close_date,
    update_time as updated_at
from source
left join customers using (account_id)
left join only_contacts using (account_id)
