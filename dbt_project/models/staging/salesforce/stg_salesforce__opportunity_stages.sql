-- History has no word for won or lost; what a stage means is seen from the opportunities that stand in it today.
with meanings as (
    select stage_name, any_value(status) as status
    from {{ ref('stg_salesforce__opportunities') }}
    group by stage_name
    having count(distinct status) = 1
)

select
    changes.id as opportunity_stage_id,
    'salesforce' as source_name,
    {{ salesforce_id('changes.opportunity_id') }} as opportunity_id,
    changes.stage_name,
    coalesce(
        meanings.status,
        {{ salesforce_deal_status('null', 'null', 'changes.stage_name', 'changes.forecast_category') }}
    ) as status,
    changes.currency_iso_code as currency,
    try_cast(changes.amount as decimal(18, 4)) as amount,
    changes.probability / 100 as probability,
    changes.close_date,
    changes.created_date as changed_at,
    {{ salesforce_id('changes.created_by_id') }} as actor_id,
    cast(null as varchar) as owner_id
from {{ salesforce_kept('opportunity_history') }} as changes
left join meanings on meanings.stage_name = changes.stage_name
