-- Names and addresses of customers, published apart from the pseudonymous facts and encrypted.
with birthdays as (
    select
        resolved.customer_id,
        max(details.birth_date) as birth_date
    from {{ ref('int_contact_details_unioned') }} as details
    inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    group by resolved.customer_id
    -- Two records that disagree leave it unknown: wishes on the wrong day are worse than none.
    having count(distinct details.birth_date) = 1
)

select
    profiles.customer_id,
    profiles.full_name,
    profiles.email,
    profiles.phone,
    birthdays.birth_date
from {{ ref('int_customer_profiles_merged') }} as profiles
left join birthdays using (customer_id)
