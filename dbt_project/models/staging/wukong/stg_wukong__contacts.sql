with source as (
    select *, {{ wukong_customer_id('customer_name') }} as account_id from {{ raw('wukong', 'contacts') }}
),

customers as (
    select {{ wukong_customer_id('customer_name') }} as account_id, deal_status, customer_source
    from {{ raw('wukong', 'customers') }}
    qualify row_number() over (partition by account_id order by update_time desc nulls last, _source_row desc) = 1
)

select
    {{ wukong_id('联系人', ['customer_name', 'full_name', 'coalesce(mobile, email, telephone)']) }} as contact_id,
    'wukong' as source_name,
    {{ email_key(half_width('email')) }} as email,
    {{ half_width('full_name') }} as full_name,
    {{ half_width('coalesce(mobile, telephone)') }} as phone,
    source.account_id,
    {{ source_id('wukong', 'owner_name') }} as owner_id,
    customers.deal_status as lifecycle_stage,
    customers.customer_source as lead_source,
    cast(null as varchar) as country,
    create_time as created_at,
    update_time as updated_at
from source
left join customers using (account_id)

union all

select
    contact_id, source_name, email, full_name, phone, cast(null as varchar), owner_id, '线索', lead_source,
    cast(null as varchar), created_at, updated_at
from {{ ref('stg_wukong__leads') }}
