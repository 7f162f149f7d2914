{# table: made under its own name. dbt's own makes it beside the old one, then renames, drops and commits, which is four
   more statements a model for the sake of readers that a build file does not have. #}
{% materialization table, adapter='duckdb' %}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- call statement('main') -%} {{ create_table_as(False, this, sql) }} {%- endcall -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}
