{#
  union_staged('orders', ['shopify', 'cdnow']): one arm per source of an entity, `stg_<source>__<entity>` each.
  A run leaves out the staging models of systems that the company does not have (var `absent_models`), so that a night
  costs what the company's own systems cost, however many are declared. A parse reads them all: it serves every company.
#}
{% macro union_staged(entity, sources) -%}
{%- set arms = [] -%}
{%- for source in sources -%}
    {%- set name = 'stg_' ~ source ~ '__' ~ entity -%}
    {%- if not execute or name not in var('absent_models') -%}
        {%- do arms.append('select * from ' ~ ref(name)) -%}
    {%- endif -%}
{%- endfor -%}
{{ arms | join('\n    union all by name\n    ') }}
{%- endmacro %}
