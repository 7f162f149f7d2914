{#
  raw('shopify', 'orders'): the rows of a source table that count now, after its load rule in _<source>__sources.yml.
    append    every row of every load
    merge     the latest row per key: by updated_at where declared, then by load, then by position in the file
    snapshot  only the rows of the latest load
  A record whose counting row says that it is gone (`deleted_when`) does not count. Such a row often has no updated_at:
  it then counts from when it was loaded.
  `record` names a record where its key has more than one spelling, as Salesforce's ids of 15 and 18 characters have.
  Only staging models call it. The rule lives in the YAML, so no model repeats a key.
#}
{% macro raw(source_name, table_name, record=none) %}
{%- set relation = source(source_name, table_name) -%}
{%- if not execute -%}
    (select * from {{ relation }})
{%- else -%}
    {%- set node = graph.sources.values()
        | selectattr('source_name', 'equalto', source_name)
        | selectattr('name', 'equalto', table_name) | first -%}
    {%- set ingest = node.config.meta.ingest -%}
    {%- set gone = ingest.deleted_when -%}
    {%- set is_gone -%}
        {%- if gone and gone.get('values') -%}
        coalesce(cast({{ gone.get('column') }} as varchar) in ('{{ gone.get('values') | map('replace', "'", "''") | join("', '") }}'), false)
        {%- elif gone -%}
        {{ gone.get('column') }} is not null
        {%- else -%}
        false
        {%- endif -%}
    {%- endset -%}
    {%- if ingest.load == 'merge' -%}
    (
        select * from (
            select * from {{ relation }}
            qualify row_number() over (
                partition by {{ record or ingest.key | join(', ') }}
                order by
                    {% if ingest.updated_at and gone -%}
                    coalesce({{ ingest.updated_at }}, case when {{ is_gone }} then _loaded_at end) desc nulls last,
                    {%- elif ingest.updated_at -%}
                    {{ ingest.updated_at }} desc nulls last,
                    {%- endif %}
                    _loaded_at desc, _load_id desc, _source_row desc
            ) = 1
        )
        where not {{ is_gone }}
    )
    {%- elif ingest.load == 'snapshot' -%}
    (
        select * from (
            select * from {{ relation }}
            qualify dense_rank() over (order by _loaded_at desc, _load_id desc) = 1
        )
        where not {{ is_gone }}
    )
    {%- else -%}
    (select * from {{ relation }})
    {%- endif -%}
{%- endif -%}
{% endmacro %}
