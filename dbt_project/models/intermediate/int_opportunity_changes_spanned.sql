-- What was known of each deal when: one row per stretch between two changes of it. The running stretch has no end.
select
    opportunity_stage_id,
    opportunity_id,
    source_name,
    stage_name,
    status,
    amount,
    probability,
    close_date,
    owner_id,
    changed_at as started_at,
    lead(changed_at) over (partition by opportunity_id order by changed_at, opportunity_stage_id) as ended_at
from {{ ref('int_opportunity_stages_unioned') }}
where changed_at is not null
