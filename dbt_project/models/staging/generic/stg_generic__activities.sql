with source as (select * from {{ raw('generic', 'generic_interactions') }})

select
    {{ generic_id('interaction_id') }} as activity_id,
    source_name,
    interaction_type as activity_type,
    direction,
    occurred_at,
    {{ generic_contact_id() }} as contact_id,
    {{ generic_id('account_id') }} as account_id,
    cast(null as varchar) as opportunity_id,
    {{ generic_id('owner_id') }} as owner_id,
    outcome
from source
