select
    activities.activity_id as follow_up_id,
    'zoho' as source_name,
    activities.contact_id,
    activities.account_id,
    activities.opportunity_id,
    activities.owner_id,
    tasks.created_time as created_at,
    tasks.due_date,
    tasks.closed_time is not null or coalesce(tasks.status = 'Completed', false) as is_done,
    tasks.closed_time as done_at
from {{ raw('zoho', 'tasks') }} as tasks
inner join {{ ref('stg_zoho__activities') }} as activities
    on activities.activity_id = {{ source_id('zoho', 'tasks.record_id') }}
