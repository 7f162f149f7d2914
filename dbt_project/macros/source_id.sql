{# source_id('zendesk', 'author_id'): the id as `zendesk:8123`; null where the export has none. #}
{% macro source_id(source_name, expression) -%}
    '{{ source_name }}:' || nullif(trim(cast({{ expression }} as varchar)), '')
{%- endmacro %}
