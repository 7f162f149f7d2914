with source as (select * from {{ raw('hubspot', 'api_tickets') }}),

tickets as (
    select
        *,
        {{ source_id('hubspot', hubspot_associated('contacts')) }} as contact_id,
        {{ source_id('hubspot', hubspot_associated('companies')) }} as account_id,
        {{ hubspot_property('hs_pipeline_stage') }} as stage_id
    from source
)

select
    {{ source_id('hubspot', 'tickets.id') }} as ticket_id,
    'hubspot' as source_name,
    tickets.contact_id,
    coalesce(tickets.account_id, contacts.account_id) as account_id,
    {{ source_id('hubspot', hubspot_property('hubspot_owner_id')) }} as assignee_id,
    {{ source_id('hubspot', hubspot_property('hubspot_team_id')) }} as group_id,
    stages.status,
    {{ hubspot_priority(hubspot_property('hs_ticket_priority')) }} as priority,
    cast(null as varchar) as ticket_type,
    {{ hubspot_label(hubspot_property('source_type')) }} as channel,
    {{ hubspot_label(hubspot_property('hs_ticket_category')) }} as category,
    {{ hubspot_property('subject') }} as subject,
    cast(null as bigint) as reported_count_reopens,
    cast(null as bigint) as reported_count_reassignments,
    tickets.created_at,
    tickets.updated_at
from tickets
left join {{ ref('stg_hubspot__contacts') }} as contacts on contacts.contact_id = tickets.contact_id
left join {{ ref('stg_hubspot__ticket_stages') }} as stages using (stage_id)
