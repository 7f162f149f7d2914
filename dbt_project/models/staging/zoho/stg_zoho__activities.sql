with logged as (
    select
        record_id, 'call' as activity_type, call_start_time as occurred_at, call_owner_id as owner_id,
        case call_type when 'Outbound' then 'outbound' when 'Inbound' then 'inbound' when 'Missed' then 'inbound' end
            as direction,
        contact_name_id, related_to_id, call_status as outcome
    from {{ raw('zoho', 'calls') }}
    union all by name
    select
        record_id, 'task' as activity_type, coalesce(closed_time, created_time) as occurred_at,
        task_owner_id as owner_id, null as direction, contact_name_id, related_to_id, status as outcome
    from {{ raw('zoho', 'tasks') }}
    union all by name
    select
        record_id, 'note' as activity_type, created_time as occurred_at, note_owner_id as owner_id,
        null as direction, null as contact_name_id, coalesce(parent_id_id, associated_id) as related_to_id,
        null as outcome
    from {{ raw('zoho', 'notes') }}
),

-- "Related To" may be a record of any module; the id alone tells which.
related as (
    select *, {{ source_id('zoho', 'related_to_id') }} as related_id from logged
)

select
    {{ source_id('zoho', 'related.record_id') }} as activity_id,
    'zoho' as source_name,
    related.activity_type,
    related.direction,
    related.occurred_at,
    coalesce({{ source_id('zoho', 'related.contact_name_id') }}, leads.contact_id, contacts.contact_id) as contact_id,
    coalesce(accounts.account_id, deals.account_id, contacts.account_id) as account_id,
    deals.opportunity_id,
    {{ source_id('zoho', 'related.owner_id') }} as owner_id,
    related.outcome
from related
left join {{ ref('stg_zoho__leads') }} as leads on leads.lead_id = related.related_id
left join {{ ref('stg_zoho__contacts') }} as contacts on contacts.contact_id = related.related_id
left join {{ ref('stg_zoho__accounts') }} as accounts on accounts.account_id = related.related_id
left join {{ ref('stg_zoho__opportunities') }} as deals on deals.opportunity_id = related.related_id
