{#
  raw_versions('zendesk', 'schedules'): every version of every record of a merged source table, with the stretch in which
  it held. raw() gives the version of today; whatever an older event meant at its time has to be read from here.
  A version counts from its own `updated_at`, not from when it was loaded; the oldest one known stands for the time before.
#}
{% macro raw_versions(source_name, table_name) %}
{%- set relation = source(source_name, table_name) -%}
{%- if not execute -%}
    (select *, cast(null as timestamp) as valid_from_at, cast(null as timestamp) as valid_until_at from {{ relation }})
{%- else -%}
    {%- set node = graph.sources.values()
        | selectattr('source_name', 'equalto', source_name)
        | selectattr('name', 'equalto', table_name) | first -%}
    {%- set ingest = node.config.meta.ingest -%}
    {%- set key, updated_at = ingest.key | join(', '), ingest.updated_at -%}
    (
        select
            *,
            case when lag(_load_id) over versions is not null then {{ updated_at }} end as valid_from_at,
            lead({{ updated_at }}) over versions as valid_until_at
        from (
            select * from {{ relation }}
            qualify row_number() over (
                partition by {{ key }}, {{ updated_at }} order by _loaded_at desc, _load_id desc, _source_row desc
            ) = 1
        )
        window versions as (partition by {{ key }} order by {{ updated_at }} nulls first)
    )
{%- endif -%}
{% endmacro %}
