-- The last word of each customer on marketing mail. A dated statement outranks an undated one; in doubt nobody consented.
select
    resolved.customer_id,
    consents.has_marketing_consent,
    consents.changed_at
from {{ ref('int_consents_unioned') }} as consents
inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
where consents.has_marketing_consent is not null
qualify row_number() over (
    partition by resolved.customer_id
    order by consents.changed_at desc nulls last, consents.has_marketing_consent, consents.contact_id
) = 1
