-- The story of every deal, one row per thing recorded of it: each change, with the values that held from then on, and each
-- call, meeting, mail, note and task that names it.
select
    'change:' || opportunity_stage_id as opportunity_event_id,
    opportunity_id,
    source_name,
    'change' as event_type,
    started_at as occurred_at,
    owner_id,
    stage_name,
    status,
    amount,
    probability,
    close_date as expected_close_date
from {{ ref('int_opportunity_changes_spanned') }}

union all by name

select
    'activity:' || activity_id as opportunity_event_id,
    opportunity_id,
    source_name,
    activity_type as event_type,
    occurred_at,
    owner_id
from {{ ref('int_activities_unioned') }}
where activity_type != 'mention' and opportunity_id is not null
