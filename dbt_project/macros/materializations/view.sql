{# view: made under its own name, as a table is. #}
{% materialization view, adapter='duckdb' %}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- call statement('main') -%} {{ create_view_as(this, sql) }} {%- endcall -%}
    {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}
