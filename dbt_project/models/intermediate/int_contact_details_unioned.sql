-- What tells people apart beyond name, e-mail and phone, from the systems that know it. Identity reads it, and
-- of dates of birth the age bands of the model cards are made.
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
