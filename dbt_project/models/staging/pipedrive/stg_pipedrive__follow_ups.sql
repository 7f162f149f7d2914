-- Whatever is planned is to be done: calls and meetings as much as tasks.
select
    'pipedrive:' || activities.id as follow_up_id,
    'pipedrive' as source_name,
    coalesce(
        {{ source_id('pipedrive', 'activities.contact_person_id') }},
        case when activities.contact_person is null then deals.contact_id end
    ) as contact_id,
    coalesce({{ source_id('pipedrive', 'activities.organization_id') }}, deals.account_id) as account_id,
    {{ source_id('pipedrive', 'activities.deal_id') }} as opportunity_id,
    {{ source_id('pipedrive', 'activities.assigned_to_user') }} as owner_id,
    activities.add_time as created_at,
    activities.due_date,
    coalesce(lower(trim(activities.done)) in ('done', 'yes', 'true', '1'), false) as is_done,
    activities.marked_as_done_time as done_at
from {{ raw('pipedrive', 'activities') }} as activities
left join {{ ref('stg_pipedrive__opportunities') }} as deals
    on deals.opportunity_id = {{ source_id('pipedrive', 'activities.deal_id') }}
