with tasks as (
    select
        *,
        {{ salesforce_id_of('who_id', ['003', '00Q']) }} as person_id,
        {{ salesforce_id_of('what_id', ['006']) }} as opportunity_id,
        coalesce({{ salesforce_id('account_id') }}, {{ salesforce_id_of('what_id', ['001']) }}) as organisation_id
    from {{ salesforce_kept('tasks') }}
    where not coalesce(is_recurrence, false)
)

select
    tasks.id as follow_up_id,
    'salesforce' as source_name,
    coalesce(who.contact_id, tasks.person_id) as contact_id,
    tasks.organisation_id as account_id,
    tasks.opportunity_id,
    {{ salesforce_id('tasks.owner_id') }} as owner_id,
    tasks.created_date as created_at,
    tasks.activity_date as due_date,
    coalesce(tasks.is_closed, tasks.status = 'Completed', false) as is_done,
    tasks.completed_date_time as done_at
from tasks
left join {{ ref('stg_salesforce__person_records') }} as who on who.record_id = tasks.person_id
