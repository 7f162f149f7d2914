-- Of a task HubSpot's activity carries the day for which it is planned.
select
    activity_id as follow_up_id,
    source_name,
    contact_id,
    account_id,
    opportunity_id,
    owner_id,
    cast(null as timestamp) as created_at,
    {{ local_date('hubspot', 'engagements', 'occurred_at') }} as due_date,
    coalesce(lower(outcome) in ('completed', 'done'), false) as is_done,
    cast(null as timestamp) as done_at
from {{ ref('stg_hubspot__activities') }}
where activity_type = 'task'
