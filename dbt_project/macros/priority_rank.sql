{# Priorities in their order; a word that no helpdesk model uses has no place in it. #}
{% macro priority_rank(expression) -%}
    nullif(list_position(['low', 'normal', 'high', 'urgent'], {{ expression }}), 0)
{%- endmacro %}
