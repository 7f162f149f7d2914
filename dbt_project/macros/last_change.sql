{# The last value that a list of {field_name, value} changes gives to one field; null if it does not touch it. #}
{% macro last_change(changes, field_name) -%}
    list_filter({{ changes }}, lambda change: change.field_name = '{{ field_name }}')[-1].value
{%- endmacro %}

{# Whether such a list ends with the field empty: touched, and without a value. #}
{% macro is_emptied(changes, field_name) -%}
    (
        len(list_filter({{ changes }}, lambda change: change.field_name = '{{ field_name }}')) > 0
        and nullif({{ last_change(changes, field_name) }}, '') is null
    )
{%- endmacro %}
