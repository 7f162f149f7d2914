with source as (select * from {{ raw('servicenow', 'incident_log') }}),

updates as (
    select *, row_number() over (
        partition by number order by sys_mod_count, _source_file, _source_row, _load_id
    ) as event_number
    from source
)

select
    {{ source_id('servicenow', 'number') }} || '-' || event_number as event_id,
    {{ source_id('servicenow', 'number') }} as ticket_id,
    'servicenow' as source_name,
    sys_updated_at as occurred_at,
    event_number,
    {{ source_id('servicenow', 'sys_updated_by') }} as actor_id,
    {{ servicenow_status('incident_state') }} as status,
    {{ source_id('servicenow', 'assigned_to') }} as assignee_id,
    {{ source_id('servicenow', 'assignment_group') }} as group_id,
    {{ servicenow_priority('priority') }} as priority,
    cast(null as varchar) as schedule_id,
    assigned_to is null and lag(assigned_to) over incident is not null as is_assignee_removed,
    assignment_group is null and lag(assignment_group) over incident is not null as is_group_removed
from updates
window incident as (partition by number order by event_number)
