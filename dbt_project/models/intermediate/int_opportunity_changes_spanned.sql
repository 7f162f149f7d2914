-- What was known of each deal when: one row per stretch between two changes of it. The running stretch has no end. Amounts
-- are at the rate of the day on which they became known.
select
    stages.opportunity_stage_id,
    stages.opportunity_id,
    stages.source_name,
    stages.stage_name,
    stages.status,
    {{ converted('stages.amount') }} as amount,
    stages.probability,
    stages.close_date,
    stages.owner_id,
    stages.changed_at as started_at,
    lead(stages.changed_at) over (
        partition by stages.opportunity_id order by stages.changed_at, stages.opportunity_stage_id
    ) as ended_at
from {{ ref('int_opportunity_stages_unioned') }} as stages
{{ join_exchange_rates('stages', 'cast(stages.changed_at as date)') }}
where stages.changed_at is not null
