with source as (select * from {{ raw('hubspot', 'engagements') }})

select
    {{ source_id('hubspot', 'activity_id') }} as activity_id,
    'hubspot' as source_name,
    lower(activity_type) as activity_type,
    lower(direction) as direction,
    activity_date as occurred_at,
    {{ source_id('hubspot', first_of_list('associated_contact_ids')) }} as contact_id,
    {{ source_id('hubspot', first_of_list('associated_company_ids')) }} as account_id,
    {{ source_id('hubspot', first_of_list('associated_deal_ids')) }} as opportunity_id,
    {{ source_id('hubspot', 'activity_assigned_to') }} as owner_id,
    outcome
from source
