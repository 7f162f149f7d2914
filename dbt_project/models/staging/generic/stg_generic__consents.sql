with source as (select * from {{ raw('generic', 'generic_contacts') }})

select
    {{ generic_contact_id() }} as contact_id,
    source_name,
    -- Where two records are one person, one refusal is enough.
    bool_and(has_marketing_consent) as has_marketing_consent,
    max(updated_at) as changed_at
from source
where has_marketing_consent is not null
group by all
