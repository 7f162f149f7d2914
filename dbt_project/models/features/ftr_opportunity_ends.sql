-- How many deals had ended and how many were won up to and including a day: of all, and of each owner, product, lead
-- source and stage passed. Look-ups of the last row before a date give what was known of them then.
{% set attributes = ['owner_id', 'product_name', 'lead_source'] -%}
with ended as (
    select * from {{ ref('fct_opportunities') }} where is_closed and close_date is not null
),

told as (
    select source_name, 'everything' as attribute, '' as attribute_value, close_date, is_won from ended
    {% for attribute in attributes -%}
    union all
    select source_name, '{{ attribute }}', {{ attribute }}, close_date, is_won from ended where {{ attribute }} is not null
    {% endfor -%}
    union all
    select distinct on (stages.opportunity_id, stages.stage_name)
        ended.source_name, 'stage_name', stages.stage_name, ended.close_date, ended.is_won
    from {{ ref('fct_opportunity_stages') }} as stages
    inner join ended using (opportunity_id)
),

days as (
    select source_name, attribute, attribute_value, close_date, count(*) as ended, count(*) filter (is_won) as won
    from told
    group by all
)

select
    source_name,
    attribute,
    attribute_value,
    close_date,
    cast(sum(ended) over past as bigint) as count_ended,
    cast(sum(won) over past as bigint) as count_happened
from days
window past as (partition by source_name, attribute, attribute_value order by close_date)
