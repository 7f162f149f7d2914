with source as (select * from {{ raw('shopify', 'customers') }})

select
    coalesce(
        {{ email_contact_id('shopify', 'email') }},
        {{ source_id('shopify', "ltrim(customer_id, '''')") }}
    ) as contact_id,
    'shopify' as source_name,
    first_name as given_name,
    last_name as family_name,
    cast(null as date) as birth_date,
    default_address_address1 as street_address,
    ltrim(default_address_zip, '''') as postal_code,
    default_address_city as city,
    cast(null as varchar) as national_id,
    cast(null as varchar) as external_id
from source
qualify row_number() over (partition by contact_id order by _loaded_at desc, customer_id) = 1
