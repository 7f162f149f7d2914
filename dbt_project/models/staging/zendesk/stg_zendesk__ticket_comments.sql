with source as (select * from {{ raw('zendesk', 'tickets') }}),

users as (select * from {{ raw('zendesk', 'users') }}),

comments as (
    select
        id as ticket_id,
        requester_id,
        unnest(from_json(
            comments,
            '[{"id": "BIGINT", "author_id": "BIGINT", "public": "BOOLEAN", "created_at": "VARCHAR"}]'
        )) as comment
    from source
)

select
    {{ source_id('zendesk', 'comments.comment.id') }} as comment_id,
    {{ source_id('zendesk', 'comments.ticket_id') }} as ticket_id,
    'zendesk' as source_name,
    {{ source_id('zendesk', 'comments.comment.author_id') }} as author_id,
    case
        when users.role in ('agent', 'admin') then 'agent'
        when users.role = 'end-user' then 'end_user'
        -- Zendesk's own author of triggers and automations.
        when comments.comment.author_id = -1 then 'bot'
        when comments.comment.author_id = comments.requester_id then 'end_user'
    end as author_role,
    comments.comment.public as is_public,
    cast(comments.comment.created_at as timestamp) as created_at
from comments
left join users on users.id = comments.comment.author_id
