-- What sales and its customers did: activities, and deals opened and closed; and what people said in public.
select
    activities.activity_type as interaction_type,
    activities.activity_id as record_id,
    resolved.customer_id,
    {{ organisation('activities') }} as account_id,
    activities.source_name,
    activities.occurred_at,
    case activities.activity_type
        when 'call' then 'phone'
        when 'meeting' then 'in_person'
        when 'email' then 'email'
        when 'chat' then 'chat'
        when 'mention' then 'social'
        else 'crm'
    end as channel,
    case activities.activity_type when 'mention' then 'marketing' else 'sales' end as team,
    case when activities.activity_type in ('note', 'task') then 'internal' else activities.direction end as direction,
    cast(null as decimal(18, 4)) as amount,
    activities.outcome as detail
from {{ ref('int_activities_unioned') }} as activities
left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
{{ join_organisations('activities') }}

union all

select
    'opportunity_' || steps.step,
    opportunity_id,
    customer_id,
    account_id,
    source_name,
    case steps.step when 'created' then created_at else cast(close_date as timestamp) end,
    'crm',
    'sales',
    'internal',
    amount,
    case steps.step when 'created' then pipeline_name else status end
from {{ ref('int_opportunities_resolved') }}
cross join (values ('created'), ('closed')) as steps(step)
where (steps.step = 'created' and created_at is not null) or (steps.step = 'closed' and status in ('Won', 'Lost'))
