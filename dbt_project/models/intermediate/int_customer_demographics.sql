-- Who customers are, one row an attribute: to look whether a score serves all alike. No model learns from it and no
-- release shows it, which is why it is no feature and no mart. Where systems disagree, the first in the alphabet stays.
with ages as (
    select
        contact_id,
        date_diff('year', birth_date, {{ as_of() }})
        - (strftime(birth_date, '%m%d') > strftime({{ as_of() }}, '%m%d'))::integer as age
    from {{ ref('int_contact_details_unioned') }}
    where birth_date < {{ as_of() }}
),

told as (
    select contact_id, attribute, value from {{ ref('int_demographics_unioned') }}
    union all
    select
        contact_id,
        'age' as attribute,
        case
            when age < 25 then 'under 25'
            when age < 35 then '25-34'
            when age < 45 then '35-44'
            when age < 55 then '45-54'
            when age < 65 then '55-64'
            else '65+'
        end as value
    from ages
),

known as (
    select resolved.customer_id, told.attribute, told.value
    from told
    inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    union all
    select customer_id, 'country' as attribute, country as value from {{ ref('int_customer_profiles_merged') }}
)

select
    customer_id,
    attribute,
    min(value) as value
from known
where value is not null
group by customer_id, attribute
