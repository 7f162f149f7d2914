{# A ticket is done once it is solved or closed; everything else is still somebody's work. #}
{% macro is_done(status) -%}
    {{ status }} in ('solved', 'closed')
{%- endmacro %}
