{# The id of a contact whom a network knows by handle: `@Ada`, `ada` and `ADA ` are one. The md5 keeps the handle out of ids. #}
{% macro handle_contact_id(source_name, network, handle) -%}
    '{{ source_name }}:' || md5(
        lower(trim({{ network }})) || ':' || nullif(ltrim(lower(trim({{ handle }})), '@'), '')
    )
{%- endmacro %}
