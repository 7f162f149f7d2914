-- Names and addresses of customers, published apart from the pseudonymous facts and encrypted.
select
    customer_id,
    full_name,
    email,
    phone
from {{ ref('int_customer_profiles_merged') }}
