{# Zendesk writes on-hold in views and hold in exports; one word must mean one status everywhere. #}
{% macro ticket_status(expression) -%}
    replace(lower({{ expression }}), 'on-hold', 'hold')
{%- endmacro %}
