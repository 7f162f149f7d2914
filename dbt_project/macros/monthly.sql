{# What an amount per billing period is in a month of 365.25 / 12 days; weeks and days have no whole number in one. #}
{% macro monthly_of_period(amount, period, count_periods) -%}
    cast({{ amount }} / coalesce({{ count_periods }}, 1) * case {{ period }}
        when 'year' then 1.0 / 12
        when 'month' then 1.0
        when 'week' then 365.25 / 12 / 7
        when 'day' then 365.25 / 12
    end as decimal(18, 4))
{%- endmacro %}

{# The same for an amount that was billed from one moment to another: months of 28 and of 31 days are one month each. #}
{% macro monthly_of_span(amount, started_at, ended_at) -%}
    {%- set days -%}
    ((epoch({{ ended_at }}) - epoch({{ started_at }})) / 86400.0)
    {%- endset -%}
    cast({{ amount }} / coalesce(nullif(round({{ days }} / (365.25 / 12)), 0), {{ days }} / (365.25 / 12))
        as decimal(18, 4))
{%- endmacro %}
