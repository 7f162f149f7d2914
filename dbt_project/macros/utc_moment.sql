{#
  utc_moment('pipedrive', 'activities', 'due'): a local moment in UTC, where an export writes a day and a time of day in
  two columns that intake reads apart. The time zone is that of the table's contract.
#}
{% macro utc_moment(source_name, table_name, local) -%}
    {%- if execute -%}
    {%- set node = graph.sources.values()
        | selectattr('source_name', 'equalto', source_name)
        | selectattr('name', 'equalto', table_name) | first -%}
    timezone('UTC', timezone('{{ node.config.meta.ingest.timezone }}', {{ local }}))
    {%- else -%}
    {{ local }}
    {%- endif -%}
{%- endmacro %}
