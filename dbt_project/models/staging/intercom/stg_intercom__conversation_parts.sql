-- The parts of the conversations that came with any, opened up once for comments and events.
with parts as (
    select
        id as conversation_id,
        unnest(from_json(
            conversation_parts -> '$.conversation_parts',
            '[{"id": "VARCHAR", "part_type": "VARCHAR", "body": "VARCHAR", "created_at": "BIGINT",
               "author": {"id": "VARCHAR", "type": "VARCHAR", "from_ai_agent": "BOOLEAN"},
               "assigned_to": {"id": "VARCHAR", "type": "VARCHAR"}}]'
        )) as part
    from {{ raw('intercom', 'conversations') }}
)

select
    {{ source_id('intercom', 'conversation_id') }} as ticket_id,
    part.id as part_id,
    part.part_type,
    nullif(trim(part.body), '') as body,
    {{ unix_moment('part.created_at') }} as created_at,
    {{ source_id('intercom', 'part.author.id') }} as author_id,
    {{ intercom_role('part.author.type', 'part.author.from_ai_agent') }} as author_role,
    {{ source_id('intercom', "case when part.assigned_to.type = 'admin' then part.assigned_to.id end") }} as assignee_id,
    {{ source_id('intercom', "case when part.assigned_to.type = 'team' then part.assigned_to.id end") }} as group_id,
    -- An assignment to nobody has no id, or 0.
    part.part_type = 'assignment' and coalesce(nullif(part.assigned_to.id, '0'), '') = '' as is_assignee_removed,
    false as is_group_removed
from parts
