{# The first of several values in a cell: Pipedrive joins them by commas, the primary one first. #}
{% macro pipedrive_first(expression) -%}
    nullif(trim(split_part({{ expression }}, ',', 1)), '')
{%- endmacro %}

{#
  Organisations by name, for exports without the column Organization ID. A name that two of them share says nothing, so
  it links to neither.
#}
{% macro pipedrive_named_organizations() -%}
(
    select lower(account_name) as name_key, min(account_id) as account_id
    from {{ ref('stg_pipedrive__accounts') }}
    group by all
    having count(*) = 1
)
{%- endmacro %}

{# Persons by name and organisation, for exports without the column Contact person ID; the same holds. #}
{% macro pipedrive_named_persons() -%}
(
    select lower(full_name) as name_key, account_id, min(contact_id) as contact_id
    from {{ ref('stg_pipedrive__contacts') }}
    group by all
    having count(*) = 1
)
{%- endmacro %}
