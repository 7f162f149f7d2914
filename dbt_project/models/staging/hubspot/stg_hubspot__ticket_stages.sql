-- What the ids of ticket stages mean: as the pipelines say, else as in the pipeline that every account starts with.
with pipelines as (
    select
        unnest(from_json(
            stages, '[{"id": "VARCHAR", "label": "VARCHAR", "metadata": {"ticketState": "VARCHAR", "isClosed": "VARCHAR"}}]'
        )) as stage
    from {{ raw('hubspot', 'api_ticket_pipelines') }}
),

stages as (
    select
        stage.id as stage_id,
        case
            when stage.metadata."ticketState" = 'CLOSED' or lower(stage.metadata."isClosed") = 'true' then 'closed'
            when lower(stage.label) = 'new' then 'new'
            when lower(stage.label) like 'waiting on contact%' then 'pending'
            else 'open'
        end as status,
        1 as rank
    from pipelines
    union all
    select *, 2 as rank
    from (values ('1', 'new'), ('2', 'pending'), ('3', 'open'), ('4', 'closed'))
)

select stage_id, status
from stages
qualify row_number() over (partition by stage_id order by rank) = 1
