with people as (
    select
        {{ source_id('stripe', 'id') }} as contact_id,
        email,
        name as full_name,
        phone,
        json_extract_string(address, '$.country') as country,
        {{ unix_moment('created') }} as created_at,
        1 as preference,
        _loaded_at as known_at
    from {{ raw('stripe', 'customers') }}
    where livemode is distinct from false
    union all
    select {{ source_id('stripe', 'id') }}, email, name, null, null, created, 2, _loaded_at
    from {{ raw('stripe', 'dashboard_customers') }}
    union all
    -- Who stands on documents only: guests, and customers whom no export of customers mentions.
    select {{ source_id('stripe', 'customer_id') }}, customer_email, customer_name, null, null, null, 3, created
    from {{ raw('stripe', 'dashboard_subscriptions') }}
    union all
    select contact_id, email, full_name, phone, country, null, 3, paid_at
    from {{ ref('stg_stripe__invoice_rows') }}
    union all
    select contact_id, email, full_name, phone, country, null, 4, created_at
    from {{ ref('stg_stripe__charge_rows') }}
    union all
    select contact_id, null, null, null, null, null, 5, created_at
    from {{ ref('stg_stripe__subscriptions') }}
)

select
    contact_id,
    'stripe' as source_name,
    {{ email_key('email') }} as email,
    nullif(trim(full_name), '') as full_name,
    phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    country,
    created_at,
    cast(null as timestamp) as updated_at
from people
where contact_id is not null
qualify row_number() over (
    partition by contact_id order by preference, known_at desc nulls last, email, full_name, phone, country
) = 1
