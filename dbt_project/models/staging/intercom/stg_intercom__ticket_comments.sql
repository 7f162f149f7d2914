with source as (select * from {{ raw('intercom', 'conversations') }}),

messages as (
    select
        {{ source_id('intercom', 'id') }} || '-source' as comment_id,
        {{ source_id('intercom', 'id') }} as ticket_id,
        {{ source_id('intercom', "source ->> '$.author.id'") }} as author_id,
        case
            -- Messages of campaigns and workflows go out in the name of an admin who did not write them.
            when (source ->> '$.delivered_as') in ('automated', 'campaigns_initiated', 'operator_initiated') then 'bot'
            else {{ intercom_role("(source ->> '$.author.type')", "cast(source ->> '$.author.from_ai_agent' as boolean)") }}
        end as author_role,
        true as is_public,
        source ->> '$.body' as body,
        {{ unix_moment('created_at') }} as created_at
    from source
    -- A conversation that came without its parts has unknown replies rather than none.
    where conversation_parts is not null
    union all by name
    select
        {{ source_id('intercom', 'part_id') }} as comment_id,
        ticket_id,
        author_id,
        author_role,
        part_type not like '%note%' as is_public,
        body,
        created_at
    from {{ ref('stg_intercom__conversation_parts') }}
    -- A picture alone is a comment, too; an assignment is one only if something was said with it.
    where body is not null or part_type in ('comment', 'quick_reply', 'note', 'note_and_reopen')
)

select
    comment_id,
    ticket_id,
    'intercom' as source_name,
    author_id,
    author_role,
    is_public,
    body,
    created_at
from messages
