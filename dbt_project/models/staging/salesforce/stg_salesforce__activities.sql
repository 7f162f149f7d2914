with persons as (select * from {{ ref('stg_salesforce__person_records') }}),

tasks as (
    select
        id,
        case
            when call_type is not null or lower(task_subtype) = 'call' or lower(type) = 'call' then 'call'
            when lower(task_subtype) in ('email', 'listemail') or lower(type) = 'email' then 'email'
            when lower(type) = 'meeting' then 'meeting'
            else 'task'
        end as activity_type,
        -- Of a mail Salesforce does not say who wrote it, unless it went to a list.
        case
            when lower(call_type) in ('inbound', 'outbound') then lower(call_type)
            when lower(task_subtype) = 'listemail' then 'outbound'
        end as direction,
        coalesce(
            completed_date_time,
            -- A logged call or mail is written on its day; a task may be done before it is due, not after its last
            -- change.
            case when cast(created_date as date) <> activity_date
                then least(cast(activity_date as timestamp), last_modified_date) end,
            created_date
        ) as occurred_at,
        who_id,
        what_id,
        account_id,
        owner_id,
        call_disposition as outcome
    from {{ salesforce_kept('tasks') }}
    -- What is still to be done has not happened.
    where coalesce(is_closed, status = 'Completed', false) and not coalesce(is_recurrence, false)
),

events as (
    select
        id,
        case when lower(type) in ('call', 'email') then lower(type) else 'meeting' end as activity_type,
        cast(null as varchar) as direction,
        coalesce(activity_date_time, cast(activity_date as timestamp)) as occurred_at,
        who_id,
        what_id,
        account_id,
        owner_id,
        cast(null as varchar) as outcome
    from {{ salesforce_kept('events') }}
    -- One meeting is one row: not the copies of invited colleagues, the patterns of series, or times only proposed.
    where not coalesce(is_child, false) and not coalesce(is_recurrence, false)
        and coalesce(group_event_type, '') not in ('2', '3')
),

activities as (
    select
        id,
        activity_type,
        direction,
        occurred_at,
        {{ salesforce_id_of('who_id', ['003', '00Q']) }} as who_id,
        coalesce({{ salesforce_id('account_id') }}, {{ salesforce_id_of('what_id', ['001']) }}) as account_id,
        {{ salesforce_id_of('what_id', ['006']) }} as opportunity_id,
        {{ salesforce_id('owner_id') }} as owner_id,
        outcome
    from (select * from tasks union all select * from events)
)

select
    activities.id as activity_id,
    'salesforce' as source_name,
    activities.activity_type,
    activities.direction,
    activities.occurred_at,
    coalesce(who.contact_id, activities.who_id, account_person.contact_id) as contact_id,
    case when account_person.record_id is null then activities.account_id end as account_id,
    activities.opportunity_id,
    activities.owner_id,
    activities.outcome
from activities
left join persons as who on who.record_id = activities.who_id
left join persons as account_person on account_person.record_id = activities.account_id
