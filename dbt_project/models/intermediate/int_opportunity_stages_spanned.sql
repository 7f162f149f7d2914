-- One row per stay of a deal in a stage, with the stage it left for. The running stay has no end.
with entries as (
    select * from {{ ref('int_opportunity_changes_spanned') }}
    -- A change of amount, owner or date within a stage is no entry into it.
    qualify (stage_name, status) is distinct from lag((stage_name, status)) over (
        partition by opportunity_id order by started_at, opportunity_stage_id
    )
)

select
    opportunity_stage_id,
    opportunity_id,
    row_number() over deal as stage_number,
    stage_name,
    status,
    amount,
    probability,
    owner_id,
    started_at,
    lead(started_at) over deal as ended_at,
    lead(stage_name) over deal as next_stage_name,
    lead(status) over deal as next_status
from entries
window deal as (partition by opportunity_id order by started_at, opportunity_stage_id)
