{# A number of minutes as an interval, exact to the microsecond. #}
{% macro minutes_as_interval(minutes) -%}
    to_microseconds(cast(round(60000000 * ({{ minutes }})) as bigint))
{%- endmacro %}
