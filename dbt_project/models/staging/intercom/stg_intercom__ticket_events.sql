with changes as (
    select
        'opened' as part_id,
        {{ source_id('intercom', 'id') }} as ticket_id,
        {{ unix_moment('created_at') }} as occurred_at,
        {{ source_id('intercom', "source ->> '$.author.id'") }} as actor_id,
        'open' as status
    from {{ raw('intercom', 'conversations') }}
    -- Without its parts, how long a conversation stayed open is unknown.
    where conversation_parts is not null
    union all by name
    select
        part_id,
        ticket_id,
        created_at as occurred_at,
        author_id as actor_id,
        {{ intercom_change('part_type') }} as status,
        assignee_id,
        group_id,
        is_assignee_removed,
        is_group_removed
    from {{ ref('stg_intercom__conversation_parts') }}
    where {{ intercom_change('part_type') }} is not null
        or coalesce(assignee_id, group_id) is not null
        or is_assignee_removed
        or is_group_removed
)

select
    case part_id when 'opened' then ticket_id || '-opened' else {{ source_id('intercom', 'part_id') }} end as event_id,
    ticket_id,
    'intercom' as source_name,
    occurred_at,
    row_number() over (
        partition by ticket_id order by occurred_at, part_id != 'opened', length(part_id), part_id
    ) as event_number,
    actor_id,
    status,
    assignee_id,
    group_id,
    cast(null as varchar) as priority,
    cast(null as varchar) as schedule_id,
    coalesce(is_assignee_removed, false) as is_assignee_removed,
    coalesce(is_group_removed, false) as is_group_removed
from changes
