-- What the ids of deal stages mean: as the pipelines say, else as in the pipeline that every account starts with.
with pipelines as (
    select
        label as pipeline_name,
        unnest(from_json(
            stages,
            '[{"id": "VARCHAR", "label": "VARCHAR", "metadata": {"isClosed": "VARCHAR", "probability": "VARCHAR"}}]'
        )) as stage
    from {{ raw('hubspot', 'api_deal_pipelines') }}
),

stages as (
    select
        stage.id as stage_id,
        stage.label as stage_name,
        pipeline_name,
        try_cast(stage.metadata.probability as double) as probability,
        case
            when lower(stage.metadata."isClosed") is distinct from 'true' then 'Pipeline'
            when try_cast(stage.metadata.probability as double) > 0 then 'Won'
            else 'Lost'
        end as status,
        1 as rank
    from pipelines
    union all
    select *, 2 as rank
    from (
        values
        ('appointmentscheduled', 'Appointment scheduled', 'Sales Pipeline', 0.2, 'Pipeline'),
        ('qualifiedtobuy', 'Qualified to buy', 'Sales Pipeline', 0.4, 'Pipeline'),
        ('presentationscheduled', 'Presentation scheduled', 'Sales Pipeline', 0.6, 'Pipeline'),
        ('decisionmakerboughtin', 'Decision maker bought-in', 'Sales Pipeline', 0.8, 'Pipeline'),
        ('contractsent', 'Contract sent', 'Sales Pipeline', 0.9, 'Pipeline'),
        ('closedwon', 'Closed won', 'Sales Pipeline', 1.0, 'Won'),
        ('closedlost', 'Closed lost', 'Sales Pipeline', 0.0, 'Lost')
    )
)

select stage_id, stage_name, pipeline_name, probability, status
from stages
qualify row_number() over (partition by stage_id order by rank, pipeline_name) = 1
