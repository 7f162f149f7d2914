{# A sum of doubles that does not depend on the order in which threads add them: the same data give the same bytes. #}
{% macro exact_sum(number) -%}
    cast(sum(cast({{ number }} as decimal(38, 15))) as double)
{%- endmacro %}
