with source as (select * from {{ raw('zendesk', 'tickets') }}),

users as (select id, role, valid_from_at, valid_until_at from {{ raw_versions('zendesk', 'users') }}),

exported as (
    select
        id as ticket_id,
        unnest(from_json(
            comments,
            '[{"id": "BIGINT", "author_id": "BIGINT", "public": "BOOLEAN", "body": "VARCHAR", "created_at": "VARCHAR"}]'
        )) as comment
    from source
),

audits as (
    select
        ticket_id,
        created_at,
        author_id,
        unnest(from_json(
            events,
            '[{"id": "BIGINT", "type": "VARCHAR", "author_id": "BIGINT", "public": "BOOLEAN", "body": "VARCHAR"}]'
        )) as event
    from {{ raw('zendesk', 'ticket_audits') }}
),

-- An export has the comments in its tickets; where tickets are pulled they are events of audits, under the same ids.
comments as (
    select
        ticket_id,
        comment.id as comment_id,
        comment.author_id as author_id,
        comment.public as is_public,
        comment.body as body,
        cast(comment.created_at as timestamp) as created_at
    from exported
    union all
    select ticket_id, event.id, coalesce(event.author_id, author_id), event.public, event.body, created_at
    from audits
    where event.type = 'Comment' and event.public is not null
)

select
    {{ source_id('zendesk', 'comments.comment_id') }} as comment_id,
    {{ source_id('zendesk', 'comments.ticket_id') }} as ticket_id,
    'zendesk' as source_name,
    {{ source_id('zendesk', 'comments.author_id') }} as author_id,
    case
        when users.role in ('agent', 'admin') then 'agent'
        when users.role = 'end-user' then 'end_user'
        -- Zendesk's own author of triggers and automations.
        when comments.author_id = -1 then 'bot'
        when comments.author_id = source.requester_id then 'end_user'
    end as author_role,
    comments.is_public,
    comments.body,
    comments.created_at
from comments
inner join source on source.id = comments.ticket_id
left join users
    on users.id = comments.author_id
    -- The role that the author had when writing: who leaves the helpdesk does not turn old answers into questions.
    and comments.created_at >= coalesce(users.valid_from_at, '-infinity')
    and comments.created_at < coalesce(users.valid_until_at, 'infinity')
qualify row_number() over (partition by comments.ticket_id, comments.comment_id order by comments.created_at) = 1
