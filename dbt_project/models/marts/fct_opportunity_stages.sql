-- One row per stay of a deal in a stage of the pipeline, from its entry until it left; won and lost are where it went.
{% set stage = "opportunities.source_name, opportunities.pipeline_name, stages.stage_name" -%}
with stays as (
    select
        stages.*,
        opportunities.customer_id,
        opportunities.account_id,
        opportunities.source_name,
        opportunities.pipeline_name,
        stages.owner_id is not null as is_owner_recorded,
        coalesce(stages.owner_id, opportunities.owner_id) as owner_in_force_id,
        -- How far a stage is: by its usual chance of winning, as a deal may skip stages and come back to them.
        median(stages.probability) over (partition by {{ stage }}) as stage_probability
    from {{ ref('int_opportunity_stages_spanned') }} as stages
    inner join {{ ref('int_opportunities_resolved') }} as opportunities using (opportunity_id)
),

followed as (
    select
        *,
        lead(stage_probability) over (partition by opportunity_id order by stage_number) as next_stage_probability
    from stays
)

select
    opportunity_stage_id,
    opportunity_id,
    customer_id,
    account_id,
    owner_in_force_id as owner_id,
    is_owner_recorded,
    source_name,
    pipeline_name,
    stage_name,
    stage_probability,
    stage_number,
    amount,
    started_at as entered_at,
    ended_at as left_at,
    next_stage_name,
    case
        when ended_at is null then 'open'
        when next_status = 'Won' then 'won'
        when next_status = 'Lost' then 'lost'
        when next_status = 'Other' then 'dropped'
        when next_stage_probability < stage_probability then 'returned'
        else 'advanced'
    end as outcome,
    ended_at is null as is_censored,
    {{ minutes_between('started_at', 'coalesce(ended_at, cast(' ~ as_of() ~ ' as timestamp))') }} / 1440 as days_in_stage
from followed
where status = 'Pipeline'
