{#
  Wukong's exports have no ids. wukong_id('联系人', ['customer_name', 'full_name']): the id of a record of a list by what it
  says of itself, however wide its letters are. Records that say the same are numbered by age, so that none is lost.
#}
{% macro wukong_id(list_name, expressions) -%}
    {%- set said = wukong_key(list_name, expressions) -%}
    {{ said }} || coalesce('-' || nullif(
        row_number() over (partition by {{ said }} order by create_time nulls last, _source_row), 1
    ), '')
{%- endmacro %}

{# The id of a customer by its name, which the product keeps unique. #}
{% macro wukong_customer_id(expression) -%}
    case when {{ half_width(expression) }} is not null then {{ wukong_key('客户', [expression]) }} end
{%- endmacro %}

{% macro wukong_key(list_name, expressions) -%}
    'wukong:' || md5('{{ list_name }}'
    {%- for expression in expressions %} || '|' || coalesce(lower({{ half_width(expression) }}), ''){% endfor -%}
    )
{%- endmacro %}
