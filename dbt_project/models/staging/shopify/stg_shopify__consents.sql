with source as (select * from {{ raw('shopify', 'customers') }}),

pulled as (select * from {{ raw('shopify', 'api_customers') }}),

answers as (
    select
        coalesce(
            {{ email_contact_id('shopify', 'email') }},
            {{ source_id('shopify', "ltrim(customer_id, '''')") }}
        ) as contact_id,
        accepts_email_marketing as has_marketing_consent,
        -- The export says what holds now, not since when.
        cast(null as timestamp) as changed_at
    from source
    where accepts_email_marketing is not null
        and not exists (select 1 from pulled where cast(pulled.id as varchar) = ltrim(source.customer_id, ''''))
    union all
    select
        coalesce({{ email_contact_id('shopify', 'email') }}, {{ source_id('shopify', 'id') }}),
        (email_marketing_consent ->> '$.state') = 'subscribed',
        cast(cast(email_marketing_consent ->> '$.consent_updated_at' as timestamptz) as timestamp)
    from pulled
    where (email_marketing_consent ->> '$.state') is not null
)

select
    contact_id,
    'shopify' as source_name,
    -- Where two customer records share an address, one refusal is enough.
    bool_and(has_marketing_consent) as has_marketing_consent,
    max(changed_at) as changed_at
from answers
group by all
