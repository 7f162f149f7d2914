-- How many deals get on from a stage, and from creation to won, by when they entered. A deal that still stands there is
-- censored, not failed: the Aalen–Johansen estimate of getting on, every other way out being the competing event, with
-- its variance after Marubini and Valsecchi (1995), and from that Wilson's interval on as many deals as it is worth.
{% set cohort = "source_name, pipeline_name, stage_name, cohort_date" -%}
{% set horizon = var('conversion_days') -%}
with stays as (
    select source_name, pipeline_name, stage_name, stage_probability, cast(entered_at as date) as entered_date,
        days_in_stage as days, outcome in ('advanced', 'won') as is_converted, not is_censored as is_over
    from {{ ref('fct_opportunity_stages') }}
    union all
    -- The whole way, which every CRM knows. It is a stage without a name.
    select source_name, pipeline_name, null, null, created_date,
        coalesce(days_to_close, days_since_created), is_won, is_closed
    from {{ ref('fct_opportunities') }}
    where status != 'Other' and (days_to_close is not null or not is_closed)
),

cohorts as (
    select *, cast(date_trunc('quarter', entered_date) as date) as cohort_date from stays
    union all
    -- Who entered within a year, for one figure per stage.
    select *, null from stays where entered_date >= {{ as_of() }} - 365
),

days as (
    select {{ cohort }}, days, any_value(stage_probability) as stage_probability, count(*) as entered,
        count(*) filter (is_converted) as converted, count(*) filter (is_over) as leaving
    from cohorts
    where days >= 0
    group by {{ cohort }}, days
),

risks as (
    select *, sum(entered) over (partition by {{ cohort }} order by days desc) as at_risk from days
),

survival as (
    select *, product(1 - leaving / at_risk) over (partition by {{ cohort }} order by days) as staying from risks
),

steps as (
    select *, coalesce(lag(staying) over (partition by {{ cohort }} order by days), 1) * converted / at_risk as step
    from survival
),

incidence as (
    select
        *,
        sum(step) over (partition by {{ cohort }} order by days) as incidence,
        sum(step) filter (days <= {{ horizon }}) over (partition by {{ cohort }}) as final_incidence
    from steps
),

estimates as (
    select
        {{ cohort }},
        max(stage_probability) as stage_probability,
        cast(sum(entered) as bigint) as count_entered,
        cast(sum(converted) as bigint) as count_converted,
        cast(sum(leaving - converted) as bigint) as count_failed,
        cast(sum(entered - leaving) as bigint) as count_open,
        min(days) filter (staying <= 0.5 + 1e-9) as median_days,
        -- What nobody was followed for long enough to tell: unknown where it is much, uncertain where it is little.
        case when max(days) < {{ horizon }} then min(staying) else 0 end as unfollowed,
        case when unfollowed <= {{ var('conversion_unfollowed_share') }} then coalesce(any_value(final_incidence), 0) end
            as conversion_probability,
        sum(case when days <= {{ horizon }} then
            coalesce((final_incidence - incidence) ^ 2 * leaving / nullif(at_risk * (at_risk - leaving), 0), 0)
            + case when converted > 0 then
                step ^ 2 * (at_risk - converted) / (converted * at_risk)
                - 2 * (final_incidence - incidence) * step / at_risk
            else 0 end
        end) as variance
    from incidence
    group by {{ cohort }}
),

worth as (
    select
        *,
        case
            when conversion_probability between 1e-9 and 1 - 1e-9 and variance > 0
                then conversion_probability * (1 - conversion_probability) / variance
            else count_converted + count_failed
        end as n
    from estimates
)

select
    * exclude (unfollowed, variance, n),
    {{ wilson('conversion_probability * n', 'n', 'low') }} as conversion_probability_low,
    case when conversion_probability is not null
        then least(1, {{ wilson('conversion_probability * n', 'n', 'high') }} + unfollowed) end as conversion_probability_high
from worth
