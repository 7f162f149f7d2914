{# Time is half-open: as_of_date is the first day not seen. Undated rows stay, so that a test can show them. #}
{% macro seen(moment) -%}
    coalesce({{ moment }} < {{ as_of() }}, true)
{%- endmacro %}

{# The first day not seen, as a date. Every model takes it from here; none reads the clock. #}
{% macro as_of() -%}
    cast('{{ var("as_of_date") }}' as date)
{%- endmacro %}

{# Minutes between two timestamps: seconds ÷ 60, not date_diff('minute'), which counts the clock's boundaries. #}
{% macro minutes_between(earlier, later) -%}
    ((epoch({{ later }}) - epoch({{ earlier }})) / 60.0)
{%- endmacro %}

{# Seconds since 1970 as a UTC timestamp. #}
{% macro unix_moment(expression) -%}
    make_timestamp(cast({{ expression }} as bigint) * 1000000)
{%- endmacro %}
