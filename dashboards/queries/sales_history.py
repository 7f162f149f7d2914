"""How deals go through the stages, and how right the weighted pipeline was."""

# Who entered within a year, the stages in their order and the whole way last. `$pipeline` null means every pipeline.
CONVERSIONS = """
select
    coalesce(stage_name, 'From creation to won') as stage,
    pipeline_name,
    source_name,
    stage_name is null as is_whole_way,
    count_entered,
    count_converted,
    count_failed,
    count_open,
    median_days,
    conversion_probability as share,
    conversion_probability_low as low,
    conversion_probability_high as high
from marts.agg_opportunity_conversions
where cohort_date is null and ($pipeline is null or pipeline_name = $pipeline)
order by source_name, pipeline_name, is_whole_way, stage_probability, stage_name
limit 40
"""


# One month's own forecast and result; an amount that nobody recorded leaves the month without a forecast.
def _months(who: str) -> str:
    return f"""
    with months as (
        select
            origin_date as period,
            {who} as who,
            case when bool_and(expected_revenue_amount is not null) then sum(expected_revenue_amount) end::double
                as said,
            sum(won_amount)::double as won,
            sum(count_won)::bigint as deals,
            bool_and(is_over) as is_over
        from marts.agg_opportunity_forecasts
        where lead_months = 0 and ($pipeline is null or pipeline_name = $pipeline)
        group by all
    )
"""


MONTHS = f"""
{_months("'everybody'")}
select period, 'Forecast' as series, said as amount from months where said is not null
union all
select period, 'Won', won from months where is_over
order by period, series
"""

# How far off, as the share of what was won, and between which multiples of the forecast eight of ten months came out.
_RECORD = """
select
    who,
    count(*) filter (is_over) as months,
    sum(said) filter (is_over) as said,
    sum(won) filter (is_over) as won,
    sum(deals) filter (is_over)::bigint as deals,
    sum(abs(said - won)) filter (is_over) / nullif(sum(won) filter (is_over), 0) as error,
    sum(said) filter (is_over) / nullif(sum(won) filter (is_over), 0) - 1 as bias,
    quantile_cont(won / said, 0.1) filter (is_over and said > 0) as low_multiple,
    quantile_cont(won / said, 0.9) filter (is_over and said > 0) as high_multiple,
    count(*) filter (is_over and said > 0) as months_with_forecast,
    any_value(said) filter (not is_over) as said_now
from months
where said is not null
group by who
order by won desc nulls last, who
limit 50
"""

RECORD = _months("'everybody'") + _RECORD

RECORD_BY_OWNER = _months("owner_id") + _RECORD
