-- Comments on tickets of every helpdesk that exports them.
with unioned as (
    {{ union_staged('ticket_comments', [
        'zendesk',
        'intercom',
    ]) }}
)

select
    comment_id,
    ticket_id,
    source_name,
    author_id,
    author_role,
    is_public,
    body,
    created_at
from unioned
where {{ seen('created_at') }}
