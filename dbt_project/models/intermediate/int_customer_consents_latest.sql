-- The last word of each customer on marketing mail. A dated statement outranks an undated one; in doubt nobody consented.
select
    resolved.customer_id,
    consents.has_marketing_consent,
    consents.changed_at,
    -- Somebody said no on a day. A refusal without one is a box that nobody ticked.
    not consents.has_marketing_consent and consents.changed_at is not null as has_opted_out
from {{ ref('int_consents_unioned') }} as consents
inner join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
where consents.has_marketing_consent is not null
qualify row_number() over (
    partition by resolved.customer_id
    order by consents.changed_at desc nulls last, consents.has_marketing_consent, consents.contact_id
) = 1
