-- Calls, meetings, e-mails, notes and tasks of every CRM, one arm per source.
with unioned as (
    select * from {{ ref('stg_hubspot__activities') }}
)

select
    activity_id,
    source_name,
    activity_type,
    direction,
    occurred_at,
    contact_id,
    account_id,
    opportunity_id,
    owner_id,
    outcome
from unioned
where {{ seen('occurred_at') }}
