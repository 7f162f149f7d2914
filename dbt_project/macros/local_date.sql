{#
  local_date('hubspot', 'deals', 'close_date'): the day in the export's own time zone. A day that a person chose is
  exported as local midnight; in UTC it may fall on the day before.
#}
{% macro local_date(source_name, table_name, column) -%}
    {%- if execute -%}
    {%- set node = graph.sources.values()
        | selectattr('source_name', 'equalto', source_name)
        | selectattr('name', 'equalto', table_name) | first -%}
    cast(timezone('{{ node.config.meta.ingest.timezone }}', timezone('UTC', {{ column }})) as date)
    {%- else -%}
    cast({{ column }} as date)
    {%- endif -%}
{%- endmacro %}
