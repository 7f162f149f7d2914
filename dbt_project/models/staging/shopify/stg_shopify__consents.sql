with source as (select * from {{ raw('shopify', 'customers') }})

select
    coalesce(
        {{ email_contact_id('shopify', 'email') }},
        {{ source_id('shopify', "ltrim(customer_id, '''')") }}
    ) as contact_id,
    'shopify' as source_name,
    -- Where two customer records share an address, one refusal is enough.
    bool_and(accepts_email_marketing) as has_marketing_consent,
    -- The export says what holds now, not since when.
    cast(null as timestamp) as changed_at
from source
where accepts_email_marketing is not null
group by all
