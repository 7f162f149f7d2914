-- The API gives each property its own history. Together they say what was known of a deal from each change on.
with changes as (
    {% for property in ['dealstage', 'amount', 'closedate', 'hubspot_owner_id'] -%}
    select
        id as deal_id,
        {{ hubspot_property('deal_currency_code') }} as currency,
        '{{ property }}' as property,
        unnest(from_json(
            properties_with_history -> '$.{{ property }}',
            '[{"value": "VARCHAR", "timestamp": "VARCHAR", "updatedByUserId": "VARCHAR"}]'
        )) as entry
    from {{ raw('hubspot', 'api_deals') }}
    where not coalesce(archived, false)
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

moments as (
    select
        deal_id,
        currency,
        {{ hubspot_moment('entry.timestamp') }} as changed_at,
        {% for property in ['dealstage', 'amount', 'closedate', 'hubspot_owner_id'] -%}
        -- An empty value was emptied, which is not the same as untouched.
        any_value(coalesce(trim(entry.value), '')) filter (property = '{{ property }}') as {{ property }},
        {% endfor -%}
        any_value(entry."updatedByUserId") as actor_number
    from changes
    group by all
),

known as (
    select
        deal_id,
        currency,
        changed_at,
        actor_number,
        {% for property in ['dealstage', 'amount', 'closedate', 'hubspot_owner_id'] -%}
        nullif(last_value({{ property }} ignore nulls) over deal, '') as {{ property }}{{ ',' if not loop.last }}
        {% endfor %}
    from moments
    where changed_at is not null
    window deal as (partition by deal_id order by changed_at)
),

-- People are users in a history and owners everywhere else.
actors as (
    select cast(user_id as varchar) as actor_number, min(id) as owner_id
    from {{ raw('hubspot', 'api_owners') }}
    where user_id is not null
    group by all
)

select
    {{ source_id('hubspot', 'known.deal_id') }} || '-' || epoch_ms(known.changed_at) as opportunity_stage_id,
    'hubspot' as source_name,
    {{ source_id('hubspot', 'known.deal_id') }} as opportunity_id,
    coalesce(stages.stage_name, known.dealstage) as stage_name,
    coalesce(stages.status, 'Pipeline') as status,
    known.currency,
    try_cast(known.amount as decimal(18, 4)) as amount,
    stages.probability,
    {{ local_date('hubspot', 'deals', hubspot_moment('known.closedate')) }} as close_date,
    known.changed_at,
    {{ source_id('hubspot', 'actors.owner_id') }} as actor_id,
    {{ source_id('hubspot', 'known.hubspot_owner_id') }} as owner_id
from known
left join {{ ref('stg_hubspot__deal_stages') }} as stages on stages.stage_id = known.dealstage
left join actors using (actor_number)
where known.dealstage is not null
-- A value that is set again is no change.
qualify
    (known.dealstage, known.amount, known.closedate, known.hubspot_owner_id) is distinct from lag(
        (known.dealstage, known.amount, known.closedate, known.hubspot_owner_id)
    ) over (partition by known.deal_id order by known.changed_at)
