with planned as (
    -- A day without a time lasts until its end.
    select *, due_date + coalesce(try_cast(due_time as time), time '23:59') as due
    from {{ raw('pipedrive', 'activities') }}
    -- What is still to be done has not happened.
    where lower(trim(done)) in ('done', 'yes', 'true', '1')
),

activities as (
    select
        'pipedrive:' || id as activity_id,
        case lower(trim(type))
            when 'call' then 'call'
            when 'meeting' then 'meeting'
            when 'lunch' then 'meeting'
            when 'email' then 'email'
            else 'task'
        end as kind,
        {{ utc_moment('pipedrive', 'activities', 'due') }} as due_at,
        marked_as_done_time as done_at,
        add_time,
        deal_id,
        organization_id,
        organization,
        contact_person_id,
        contact_person,
        assigned_to_user
    from planned
),

logged as (
    select
        * exclude (due_at, done_at, add_time),
        -- A call, meeting or mail took place when it was planned for, however late it was ticked off, or earlier. Other
        -- work was done when it was ticked off.
        coalesce(case kind when 'task' then done_at else least(due_at, done_at) end, due_at, add_time) as occurred_at
    from activities

    union all by name

    -- Activities and notes are numbered apart.
    select
        'pipedrive:note-' || id as activity_id,
        'note' as kind,
        deal_id,
        organization_id,
        organization,
        contact_person_id,
        contact_person,
        "user" as assigned_to_user,
        add_time as occurred_at
    from {{ raw('pipedrive', 'notes') }}
),

placed as (
    select
        logged.*,
        deals.contact_id as deal_contact_id,
        {{ source_id('pipedrive', 'logged.deal_id') }} as opportunity_id,
        coalesce(
            {{ source_id('pipedrive', 'logged.organization_id') }}, organizations.account_id, deals.account_id
        ) as account_id
    from logged
    left join {{ pipedrive_named_organizations() }} as organizations
        on organizations.name_key = lower(trim(logged.organization))
    left join {{ ref('stg_pipedrive__opportunities') }} as deals
        on deals.opportunity_id = {{ source_id('pipedrive', 'logged.deal_id') }}
)

select
    placed.activity_id,
    'pipedrive' as source_name,
    placed.kind as activity_type,
    cast(null as varchar) as direction,
    placed.occurred_at,
    coalesce(
        {{ source_id('pipedrive', 'placed.contact_person_id') }},
        persons.contact_id,
        -- About a deal, with nobody named: with the person of the deal.
        case when placed.contact_person is null then placed.deal_contact_id end
    ) as contact_id,
    placed.account_id,
    placed.opportunity_id,
    {{ source_id('pipedrive', 'placed.assigned_to_user') }} as owner_id,
    cast(null as varchar) as outcome
from placed
left join {{ pipedrive_named_persons() }} as persons
    on persons.name_key = lower(trim(placed.contact_person))
    and persons.account_id is not distinct from placed.account_id
