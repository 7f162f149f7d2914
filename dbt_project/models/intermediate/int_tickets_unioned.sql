-- Tickets of every helpdesk, one arm per source. Each arm says whether its source exports comments at all:
-- where it does not, replies are unknown rather than none.
with unioned as (
    select *, true as has_comments_exported from {{ ref('stg_zendesk__tickets') }}
    union all by name
    select *, false as has_comments_exported from {{ ref('stg_servicenow__tickets') }}
)

select
    ticket_id,
    source_name,
    contact_id,
    account_id,
    assignee_id,
    group_id,
    status,
    priority,
    ticket_type,
    channel,
    category,
    subject,
    reported_count_reopens,
    reported_count_reassignments,
    created_at,
    updated_at,
    has_comments_exported
from unioned
where {{ seen('created_at') }}
