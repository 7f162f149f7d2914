{# How long before an order or a won deal an answer still counts, one row per kind of conversion. #}
{% macro attribution_windows() -%}
    {% for conversion_type, days in var('attribution_window_days').items() -%}
    select '{{ conversion_type }}' as conversion_type, {{ days }} as window_days
    {%- if not loop.last %} union all {% endif %}
    {% endfor -%}
{%- endmacro %}

{#
  attribution_share({first: 0.4, last: 0.4}): what a touch gets for the places it holds on the way, before shares are
  made to add up to 1. What no place takes is spread over the touches that hold none; a place that no touch holds
  leaves its share to the others, in proportion.
#}
{% macro attribution_share(places) -%}
    {%- set holds_one -%}
        ({% for place in places %}is_{{ place }}_touch or {% endfor %}false)
    {%- endset -%}
    {% for place, share in places.items() -%}
    case when is_{{ place }}_touch then {{ share }} else 0 end + {% endfor -%}
    case when {{ holds_one }} then 0
        else {{ (1 - places.values() | sum) | round(6) }} / count(*) filter (not {{ holds_one }}) over way end
{%- endmacro %}
