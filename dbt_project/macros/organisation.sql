{# organisation('tickets'): the organisation of an alias's account_id, where int_accounts_resolved is joined as organisations. #}
{% macro organisation(alias) -%}
    coalesce(organisations.organisation_id, {{ alias }}.account_id)
{%- endmacro %}

{# The join that `organisation` needs. #}
{% macro join_organisations(alias) -%}
    left join {{ ref('int_accounts_resolved') }} as organisations on organisations.account_id = {{ alias }}.account_id
{%- endmacro %}
