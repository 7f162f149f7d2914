select
    cases.id as ticket_id,
    'salesforce' as source_name,
    coalesce(
        {{ salesforce_id('cases.contact_id') }},
        persons.contact_id,
        {{ email_contact_id('salesforce', 'cases.supplied_email') }}
    ) as contact_id,
    case when persons.record_id is null then {{ salesforce_id('cases.account_id') }} end as account_id,
    {{ salesforce_id_of('cases.owner_id', ['005']) }} as assignee_id,
    {{ salesforce_id_of('cases.owner_id', ['00G']) }} as group_id,
    {{ salesforce_case_status('cases.status', 'coalesce(cases.is_closed, cases.closed_date is not null)') }} as status,
    case lower(trim(cases.priority))
        when 'low' then 'low'
        when 'medium' then 'normal'
        when 'normal' then 'normal'
        when 'high' then 'high'
        when 'critical' then 'urgent'
        when 'urgent' then 'urgent'
    end as priority,
    case when lower(cases.type) in ('question', 'incident', 'problem', 'task')
        then lower(cases.type) end as ticket_type,
    replace(lower(trim(cases.origin)), ' ', '_') as channel,
    coalesce(cases.reason, cases.type) as category,
    cases.subject,
    cast(null as bigint) as reported_count_reopens,
    cast(null as bigint) as reported_count_reassignments,
    cases.created_date as created_at,
    cases.last_modified_date as updated_at
from {{ salesforce_kept('cases') }} as cases
left join {{ ref('stg_salesforce__person_records') }} as persons
    on persons.record_id = {{ salesforce_id('cases.account_id') }}
