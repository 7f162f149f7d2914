{# The first of several values joined by semicolons: HubSpot writes the primary association first. #}
{% macro first_of_list(expression) -%}
    nullif(trim(split_part({{ expression }}, ';', 1)), '')
{%- endmacro %}
