{# The moment (UTC) of a minute of a local day, in the row's own time zone; minute 1440 is the midnight after it. #}
{% macro local_minute(day, minute) -%}
    timezone('UTC', timezone(timezone, cast({{ day }} as timestamp) + to_minutes({{ minute }})))
{%- endmacro %}
