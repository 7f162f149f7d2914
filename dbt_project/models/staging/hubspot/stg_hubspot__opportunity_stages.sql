with history as (
    select
        id as deal_id,
        unnest(from_json(
            properties_with_history -> '$.dealstage',
            '[{"value": "VARCHAR", "timestamp": "VARCHAR", "updatedByUserId": "VARCHAR"}]'
        )) as entry
    from {{ raw('hubspot', 'api_deals') }}
    where not coalesce(archived, false)
),

entries as (
    select
        deal_id,
        entry.value as stage_id,
        {{ hubspot_moment('entry.timestamp') }} as changed_at,
        entry."updatedByUserId" as actor_number
    from history
    where nullif(entry.value, '') is not null
    -- A stage that is set again is not entered again.
    qualify entry.value is distinct from lag(entry.value) over (partition by deal_id order by changed_at)
),

-- People are users in a history and owners everywhere else.
actors as (
    select cast(user_id as varchar) as actor_number, min(id) as owner_id
    from {{ raw('hubspot', 'api_owners') }}
    where user_id is not null
    group by all
)

select
    {{ source_id('hubspot', 'entries.deal_id') }} || '-' || epoch_ms(entries.changed_at) as opportunity_stage_id,
    'hubspot' as source_name,
    {{ source_id('hubspot', 'entries.deal_id') }} as opportunity_id,
    coalesce(stages.stage_name, entries.stage_id) as stage_name,
    coalesce(stages.status, 'Pipeline') as status,
    cast(null as decimal(18, 4)) as amount,
    stages.probability,
    cast(null as date) as close_date,
    entries.changed_at,
    {{ source_id('hubspot', 'actors.owner_id') }} as actor_id
from entries
left join {{ ref('stg_hubspot__deal_stages') }} as stages using (stage_id)
left join actors using (actor_number)
