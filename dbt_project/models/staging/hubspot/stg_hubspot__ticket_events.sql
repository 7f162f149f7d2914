{% set entry = '[{"value": "VARCHAR", "timestamp": "VARCHAR", "updatedByUserId": "VARCHAR"}]' -%}
with changes as (
    {% for field in ['hs_pipeline_stage', 'hubspot_owner_id', 'hubspot_team_id', 'hs_ticket_priority'] -%}
    select
        id as ticket_number,
        '{{ field }}' as field,
        unnest(from_json(properties_with_history -> '$.{{ field }}', '{{ entry }}')) as entry
    from {{ raw('hubspot', 'api_tickets') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- What was changed at one moment is one event.
events as (
    select
        ticket_number,
        {{ hubspot_moment('entry.timestamp') }} as occurred_at,
        max(entry."updatedByUserId") as actor_number,
        max(entry.value) filter (where field = 'hs_pipeline_stage') as stage_id,
        max(nullif(entry.value, '')) filter (where field = 'hubspot_owner_id') as owner_id,
        max(nullif(entry.value, '')) filter (where field = 'hubspot_team_id') as team_id,
        max(nullif(entry.value, '')) filter (where field = 'hs_ticket_priority') as priority,
        bool_or(field = 'hubspot_owner_id' and coalesce(entry.value, '') = '') as is_owner_removed,
        bool_or(field = 'hubspot_team_id' and coalesce(entry.value, '') = '') as is_team_removed
    from changes
    group by all
),

-- People are users in a history and owners everywhere else.
actors as (
    select cast(user_id as varchar) as actor_number, min(id) as owner_id
    from {{ raw('hubspot', 'api_owners') }}
    where user_id is not null
    group by all
)

select
    {{ source_id('hubspot', 'events.ticket_number') }} || '-' || epoch_ms(events.occurred_at) as event_id,
    {{ source_id('hubspot', 'events.ticket_number') }} as ticket_id,
    'hubspot' as source_name,
    events.occurred_at,
    row_number() over (partition by events.ticket_number order by events.occurred_at) as event_number,
    {{ source_id('hubspot', 'actors.owner_id') }} as actor_id,
    stages.status,
    {{ source_id('hubspot', 'events.owner_id') }} as assignee_id,
    {{ source_id('hubspot', 'events.team_id') }} as group_id,
    {{ hubspot_priority('events.priority') }} as priority,
    cast(null as varchar) as schedule_id,
    events.is_owner_removed and events.owner_id is null as is_assignee_removed,
    events.is_team_removed and events.team_id is null as is_group_removed
from events
left join {{ ref('stg_hubspot__ticket_stages') }} as stages using (stage_id)
left join actors using (actor_number)
