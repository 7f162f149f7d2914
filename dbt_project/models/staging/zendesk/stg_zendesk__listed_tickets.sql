-- The tickets of the list that the JSON export has not, with ids in place of names. A name that two share links to
-- neither.
with listed as (
    select *
    from {{ raw('zendesk', 'ticket_list') }}
    where id not in (select id from {{ raw('zendesk', 'tickets') }})
),

organizations as (
    select lower(account_name) as name_key, min(account_id) as account_id
    from {{ ref('stg_zendesk__accounts') }}
    group by all
    having count(*) = 1
),

agents as (
    select trim(user_name) as name_key, min(user_id) as user_id
    from {{ ref('stg_zendesk__users') }}
    group by all
    having count(*) = 1
)

select
    {{ source_id('zendesk', 'listed.id') }} as ticket_id,
    {{ source_id('zendesk', 'listed.requester_id') }} as contact_id,
    organizations.account_id,
    agents.user_id as assignee_id,
    {{ source_id('zendesk', 'listed."group"') }} as group_id,
    {{ ticket_status('listed.status') }} as status,
    lower(listed.priority) as priority,
    lower(listed.ticket_type) as ticket_type,
    listed.via as channel,
    nullif(split_part(trim(listed.tags), ' ', 1), '') as category,
    listed.subject,
    listed.reopens as reported_count_reopens,
    listed.created_at,
    listed.updated_at,
    listed.requester_id,
    listed.requester,
    listed.requester_email
from listed
left join organizations on organizations.name_key = lower(trim(listed.organization))
left join agents on agents.name_key = trim(listed.assignee)
