-- Comments on tickets of every helpdesk that exports them, one arm per source.
with unioned as (
    select * from {{ ref('stg_zendesk__ticket_comments') }}
)

select
    comment_id,
    ticket_id,
    source_name,
    author_id,
    author_role,
    is_public,
    created_at
from unioned
where {{ seen('created_at') }}
