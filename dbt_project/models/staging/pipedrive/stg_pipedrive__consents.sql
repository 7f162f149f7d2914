select
    {{ source_id('pipedrive', 'id') }} as contact_id,
    'pipedrive' as source_name,
    lower(trim(marketing_status)) = 'subscribed' as has_marketing_consent,
    -- Pipedrive does not say since when. Of a refusal the last change is the latest that it can be, so that an older
    -- sign-up elsewhere does not outrank it: in doubt nobody has consented.
    case when lower(trim(marketing_status)) = 'unsubscribed' then update_time end as changed_at
from {{ raw('pipedrive', 'persons') }}
-- "No consent" is what everybody begins with, and no statement of the person.
where lower(trim(marketing_status)) in ('subscribed', 'unsubscribed')
