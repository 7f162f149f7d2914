-- What tells people apart beyond name, e-mail and phone, from the systems that know it. Only identity reads it.
with unioned as (
    {{ union_staged('contact_details', [
        'shopify',
    ]) }}
)

select
    contact_id,
    source_name,
    given_name,
    family_name,
    birth_date,
    street_address,
    postal_code,
    city,
    national_id,
    external_id
from unioned
