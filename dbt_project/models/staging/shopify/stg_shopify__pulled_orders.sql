with source as (
    select *, coalesce({{ email_key('email') }}, {{ email_key("customer ->> '$.email'") }}) as buyer_email
    from {{ raw('shopify', 'api_orders') }}
)

select
    * exclude (email),
    {{ source_id('shopify', 'id') }} as order_id,
    -- By e-mail as in exports, else by customer number; null for an anonymous sale.
    coalesce(
        {{ email_contact_id('shopify', 'buyer_email') }},
        {{ source_id('shopify', "customer ->> '$.id'") }}
    ) as contact_id
from source
-- Nobody paid for an order through a test payment.
where not coalesce(test, false)
