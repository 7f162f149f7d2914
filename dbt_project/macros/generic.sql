{# generic_id('ticket_id'): the id as `<system>:8123`, for rows that name their own system. #}
{% macro generic_id(expression) -%}
    source_name || ':' || nullif(trim(cast({{ expression }} as varchar)), '')
{%- endmacro %}

{# The person of a row: by id, else by e-mail, else by phone. What identifies people outside the system is hashed. #}
{% macro generic_contact_id() -%}
    source_name || ':' || coalesce(
        case when contact_id like '%@%' then md5({{ email_key('contact_id') }}) else nullif(trim(contact_id), '') end,
        md5({{ email_key('email') }}),
        md5(nullif(trim(phone), ''))
    )
{%- endmacro %}
