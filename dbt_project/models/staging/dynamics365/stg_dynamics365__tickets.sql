with source as (select * from {{ raw('dynamics365', 'cases') }})

select
    {{ source_id('dynamics365', 'source.do_not_modify_case') }} as ticket_id,
    'dynamics365' as source_name,
    customers.contact_id,
    customers.account_id,
    {{ source_id('dynamics365', 'source.owner') }} as assignee_id,
    cast(null as varchar) as group_id,
    case
        when source.status = 'Resolved' then 'solved'
        when source.status in ('Canceled', 'Cancelled') then 'closed'
        when source.status_reason = 'On Hold' then 'hold'
        when source.status_reason = 'Waiting for Details' then 'pending'
        when source.status = 'Active' then 'open'
    end as status,
    case lower(source.priority) when 'high' then 'high' when 'normal' then 'normal' when 'low' then 'low' end
        as priority,
    case source.case_type when 'Question' then 'question' when 'Problem' then 'problem' when 'Request' then 'task' end
        as ticket_type,
    source.origin as channel,
    source.subject as category,
    source.case_title as subject,
    cast(null as bigint) as reported_count_reopens,
    cast(null as bigint) as reported_count_reassignments,
    source.created_on as created_at,
    source.do_not_modify_modified_on as updated_at
from source
-- A deal may bear the name of a customer as well; the customer of a case is an account or a contact.
left join {{ ref('stg_dynamics365__named_records') }} as customers
    on customers.name_key = lower(trim(source.customer)) and customers.opportunity_id is null
