{# The last value that a list of {field_name, value} changes gives to one field; null if it does not touch it. #}
{% macro last_change(changes, field_name) -%}
    list_filter({{ changes }}, lambda change: change.field_name = '{{ field_name }}')[-1].value
{%- endmacro %}
