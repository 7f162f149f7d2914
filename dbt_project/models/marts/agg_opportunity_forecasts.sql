-- What the weighted pipeline said at the start of each month about that month and the next ones, from what was recorded
-- of each deal at the time, beside what was won then. Only deals with a recorded history are on either side.
{% set months = var('forecast_months') -%}
with origins as (
    select
        cast(unnest(generate_series(
            date_trunc('month', {{ as_of() }}) - interval {{ var('backtest_months') }} month,
            date_trunc('month', {{ as_of() }}),
            interval 1 month
        )) as date) as origin_date
),

-- Before a system's first recorded change its pipeline looks empty and was not.
firsts as (
    select source_name, min(started_at) as first_at
    from {{ ref('int_opportunity_changes_spanned') }}
    group by source_name
),

said as (
    select
        origins.origin_date,
        -- What was overdue at the time was still hoped for.
        cast(date_trunc('month', greatest(changes.close_date, origins.origin_date)) as date) as close_month_date,
        deals.source_name,
        deals.pipeline_name,
        coalesce(changes.owner_id, deals.owner_id) as owner_id,
        changes.amount,
        changes.amount * changes.probability as expected_amount,
        cast(null as decimal(18, 4)) as won_amount,
        cast(null as varchar) as won_opportunity_id
    from {{ ref('int_opportunity_changes_spanned') }} as changes
    inner join origins
        on changes.started_at < origins.origin_date
        and coalesce(changes.ended_at >= origins.origin_date, true)
    inner join {{ ref('fct_opportunities') }} as deals on deals.opportunity_id = changes.opportunity_id
    where changes.status = 'Pipeline'
),

won as (
    select
        origins.origin_date,
        cast(date_trunc('month', deals.close_date) as date) as close_month_date,
        deals.source_name,
        deals.pipeline_name,
        coalesce(changes.owner_id, deals.owner_id) as owner_id,
        deals.amount as won_amount,
        deals.opportunity_id as won_opportunity_id
    from {{ ref('fct_opportunities') }} as deals
    inner join {{ ref('int_opportunity_changes_spanned') }} as changes
        on changes.opportunity_id = deals.opportunity_id and changes.ended_at is null
    inner join origins on origins.origin_date <= deals.close_date
    where deals.is_won
),

both_sides as (
    select * from said
    union all by name
    select * from won
)

select
    origin_date,
    close_month_date,
    date_diff('month', origin_date, close_month_date) as lead_months,
    source_name,
    pipeline_name,
    owner_id,
    count(*) filter (won_opportunity_id is null) as count_opportunities,
    cast(case when count_opportunities = 0 then 0 else sum(amount) end as decimal(18, 4)) as open_amount,
    cast(case when count_opportunities = 0 then 0 else sum(expected_amount) end as decimal(18, 4))
        as expected_revenue_amount,
    close_month_date + interval 1 month <= {{ as_of() }} as is_over,
    case when is_over then count(won_opportunity_id) end as count_won,
    cast(case when is_over and count_won = 0 then 0 when is_over then sum(won_amount) end as decimal(18, 4)) as won_amount
from both_sides
inner join firsts using (source_name)
where
    origin_date > first_at
    and close_month_date < origin_date + interval {{ months }} month
group by origin_date, close_month_date, source_name, pipeline_name, owner_id
