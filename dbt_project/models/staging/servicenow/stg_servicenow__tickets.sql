with source as (select * from {{ raw('servicenow', 'incident_log') }})

-- The last row of an incident is the incident as it stands.
select
    {{ source_id('servicenow', 'number') }} as ticket_id,
    'servicenow' as source_name,
    {{ source_id('servicenow', 'caller_id') }} as contact_id,
    cast(null as varchar) as account_id,
    {{ source_id('servicenow', 'assigned_to') }} as assignee_id,
    {{ source_id('servicenow', 'assignment_group') }} as group_id,
    {{ servicenow_status('incident_state') }} as status,
    {{ servicenow_priority('priority') }} as priority,
    'incident' as ticket_type,
    replace(lower(contact_type), ' ', '_') as channel,
    category,
    cast(null as varchar) as subject,
    reopen_count as reported_count_reopens,
    reassignment_count as reported_count_reassignments,
    opened_at as created_at,
    sys_updated_at as updated_at
from source
qualify row_number() over (
    partition by number order by sys_mod_count desc, _source_file desc, _source_row desc, _load_id desc
) = 1
