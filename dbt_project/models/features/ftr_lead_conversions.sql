-- How many leads had come and how many of them had converted up to and including a day: of all, and by channel and landing
-- page. Look-ups of the last row before a date give what was known of them then.
{% set attributes = ['lead_source', 'landing_page'] -%}
with events as (
    select *, created_date as event_date, 1 as is_ended, 0 as is_happened from {{ ref('fct_leads') }}
    where created_date is not null
    union all
    select *, greatest(converted_date, created_date), 0, 1 from {{ ref('fct_leads') }}
    where is_converted and converted_date is not null and created_date is not null
),

told as (
    select source_name, 'everything' as attribute, '' as attribute_value, event_date, is_ended, is_happened from events
    {% for attribute in attributes -%}
    union all
    select source_name, '{{ attribute }}', {{ attribute }}, event_date, is_ended, is_happened from events
    where {{ attribute }} is not null
    {% endfor %}
),

days as (
    select
        source_name, attribute, attribute_value, event_date,
        sum(is_ended) as ended,
        sum(is_happened) as happened
    from told
    group by all
)

select
    source_name,
    attribute,
    attribute_value,
    event_date,
    cast(sum(ended) over past as bigint) as count_ended,
    cast(sum(happened) over past as bigint) as count_happened
from days
window past as (partition by source_name, attribute, attribute_value order by event_date)
