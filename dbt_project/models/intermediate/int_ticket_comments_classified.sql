-- What kind of comment each one is. An agent's public comment made as the ticket opens is its opening, not a reply.
select
    comments.comment_id,
    comments.ticket_id,
    comments.source_name,
    comments.created_at,
    comments.author_id,
    comments.author_role,
    coalesce(comments.is_public, false) as is_public,
    comments.author_role = 'agent' and coalesce(comments.is_public, false) as is_public_agent,
    comments.author_role = 'agent' and coalesce(comments.is_public, false)
        -- Ids are numbers written as text: the shorter one is the earlier one.
        and row_number() over (
            partition by comments.ticket_id
            order by comments.created_at, length(comments.comment_id), comments.comment_id
        ) = 1
        and coalesce(
            epoch(comments.created_at) - epoch(tickets.created_at) <= {{ var('opening_comment_seconds') }}, false
        ) as is_agent_opening
from {{ ref('int_ticket_comments_unioned') }} as comments
left join {{ ref('int_tickets_unioned') }} as tickets using (ticket_id)
