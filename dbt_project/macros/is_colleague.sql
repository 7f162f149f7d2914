{#
  Whether an address is one of the company's own people: it stands in the var own_domains, or its domain does, or a domain
  above it. Null where the var is empty: then nobody can be told from a customer, and nobody is taken for one.
#}
{% macro is_colleague(address) -%}
    {%- set own = var('own_domains') -%}
    {%- if own -%}
    coalesce(
        {{ email_key(address) }} in ({% for one in own %}'{{ one | lower }}'{{ ', ' if not loop.last }}{% endfor %})
        {%- for one in own if '@' not in one %}
        or {{ email_key(address) }} like '%@{{ one | lower }}' or {{ email_key(address) }} like '%@%.{{ one | lower }}'
        {%- endfor %}, false
    )
    {%- else -%}
    cast(null as boolean)
    {%- endif -%}
{%- endmacro %}
