with source as (select * from {{ raw('freshdesk', 'tickets') }}),

-- Tickets name their company. A name that two companies share says nothing, so it links to neither.
companies as (
    select lower(account_name) as company_key, min(account_id) as account_id
    from {{ ref('stg_freshdesk__accounts') }}
    group by all
    having count(*) = 1
)

select
    {{ source_id('freshdesk', 'source.ticket_id') }} as ticket_id,
    'freshdesk' as source_name,
    {{ source_id('freshdesk', 'source.contact_id') }} as contact_id,
    companies.account_id,
    {{ source_id('freshdesk', "nullif(source.agent, 'No Agent')") }} as assignee_id,
    {{ source_id('freshdesk', "nullif(source.\"group\", 'No Group')") }} as group_id,
    -- A status that the account added itself is unknown here, and so the ticket is not done.
    case lower(trim(source.status))
        when 'open' then 'open'
        when 'pending' then 'pending'
        when 'waiting on customer' then 'pending'
        when 'waiting on third party' then 'hold'
        when 'resolved' then 'solved'
        when 'closed' then 'closed'
    end as status,
    replace(lower(source.priority), 'medium', 'normal') as priority,
    case when lower(source."type") in ('question', 'incident', 'problem', 'task') then lower(source."type") end
        as ticket_type,
    source.source as channel,
    source."type" as category,
    source.subject,
    cast(null as bigint) as reported_count_reopens,
    cast(null as bigint) as reported_count_reassignments,
    source.created_time as created_at,
    source.last_update_time as updated_at
from source
left join companies on companies.company_key = lower(trim(source.company_name))
