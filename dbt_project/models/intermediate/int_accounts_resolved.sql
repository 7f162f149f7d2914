-- Which accounts are one organisation. A `dbt build` by hand has no identity stage: there every account is its own.
{% set resolved = source('identity', 'organisations_of_accounts') -%}
{% if execute and adapter.get_relation(resolved.database, resolved.schema, resolved.identifier) -%}
select
    account_id,
    organisation_id,
    rule
from {{ resolved }}
{%- else -%}
select
    account_id,
    account_id as organisation_id,
    'founder' as rule
from {{ ref('int_accounts_unioned') }}
{%- endif %}
