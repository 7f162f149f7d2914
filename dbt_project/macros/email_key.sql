{# One spelling per address, which is what identities are resolved on. #}
{% macro email_key(expression) -%}
    nullif(lower(trim(cast({{ expression }} as varchar))), '')
{%- endmacro %}

{# The id of a contact whom a system knows by e-mail alone. The md5 keeps the address itself out of ids. #}
{% macro email_contact_id(source_name, expression) -%}
    '{{ source_name }}:' || md5({{ email_key(expression) }})
{%- endmacro %}
