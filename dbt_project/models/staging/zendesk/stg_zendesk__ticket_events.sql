with source as (select * from {{ raw('zendesk', 'ticket_audits') }}),

audits as (
    select
        *,
        from_json(
            events, '[{"type": "VARCHAR", "field_name": "VARCHAR", "value": "VARCHAR", "new_schedule_id": "BIGINT"}]'
        ) as changes
    from source
)

-- An audit may set a field twice, when a trigger answers the first change; the last value stands.
select
    {{ source_id('zendesk', 'id') }} as event_id,
    {{ source_id('zendesk', 'ticket_id') }} as ticket_id,
    'zendesk' as source_name,
    created_at as occurred_at,
    row_number() over (partition by ticket_id order by created_at, id) as event_number,
    {{ source_id('zendesk', 'author_id') }} as actor_id,
    {{ ticket_status(last_change('changes', 'status')) }} as status,
    {{ source_id('zendesk', last_change('changes', 'assignee_id')) }} as assignee_id,
    {{ source_id('zendesk', last_change('changes', 'group_id')) }} as group_id,
    lower({{ last_change('changes', 'priority') }}) as priority,
    {{ source_id('zendesk', "list_filter(changes, lambda change: change.type = 'ScheduleAssignment')[-1].new_schedule_id") }}
        as schedule_id,
    {{ is_emptied('changes', 'assignee_id') }} as is_assignee_removed,
    {{ is_emptied('changes', 'group_id') }} as is_group_removed
from audits
