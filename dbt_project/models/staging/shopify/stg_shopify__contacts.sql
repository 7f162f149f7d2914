with source as (select * from {{ raw('shopify', 'customers') }}),

customers as (
    select
        coalesce(
            {{ email_contact_id('shopify', 'email') }},
            {{ source_id('shopify', "ltrim(customer_id, '''')") }}
        ) as contact_id,
        {{ email_key('email') }} as email,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        coalesce(phone, default_address_phone) as phone,
        default_address_country_code as country,
        cast(null as timestamp) as created_at,
        cast(null as timestamp) as updated_at,
        1 as preference,
        _loaded_at as known_at
    from source
),

pulled as (
    select
        coalesce({{ email_contact_id('shopify', 'email') }}, {{ source_id('shopify', 'id') }}) as contact_id,
        {{ email_key('email') }} as email,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        coalesce(phone, default_address ->> '$.phone') as phone,
        default_address ->> '$.country_code' as country,
        created_at,
        updated_at,
        0 as preference,
        updated_at as known_at
    from {{ raw('shopify', 'api_customers') }}
),

-- Buyers whom no customer record mentions, as their newest order names them.
buyers as (
    select
        {{ email_contact_id('shopify', 'email') }} as contact_id,
        {{ email_key('email') }} as email,
        billing_name as full_name,
        coalesce(phone, billing_phone) as phone,
        billing_country as country,
        cast(null as timestamp) as created_at,
        cast(null as timestamp) as updated_at,
        2 as preference,
        created_at as known_at
    from {{ ref('stg_shopify__order_rows') }}
    where {{ email_key('email') }} is not null
    union all
    select
        contact_id,
        buyer_email,
        coalesce(
            billing_address ->> '$.name',
            nullif(trim(concat_ws(' ', customer ->> '$.first_name', customer ->> '$.last_name')), '')
        ),
        coalesce(phone, billing_address ->> '$.phone'),
        billing_address ->> '$.country_code',
        null,
        null,
        2,
        created_at
    from {{ ref('stg_shopify__pulled_orders') }}
    where contact_id is not null
)

select
    contact_id,
    'shopify' as source_name,
    email,
    full_name,
    ltrim(phone, '''') as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    country,
    created_at,
    updated_at
from (select * from pulled union all select * from customers union all select * from buyers)
qualify row_number() over (partition by contact_id order by preference, known_at desc, full_name, phone, country) = 1
