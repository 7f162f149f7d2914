{#- Days after which a purchase counts half: two weeks for who comes every
    week, two months for who comes now and then, a month for between. -#}
{% macro half_lives() %}
    {{- return([14, 30, 60]) -}}
{% endmacro %}

{#- What one on that day counts on as_of_date. No double holds less than 2 to the power of -1000. -#}
{% macro faded(day, half_life) -%}
    2.0 ** greatest(date_diff('day', {{ as_of() }}, {{ day }}) / {{ half_life }}.0, -1000.0)
{%- endmacro %}
