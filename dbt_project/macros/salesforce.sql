{# The three check characters that make Salesforce's case-sensitive 15-character id one that survives any case. #}
{% macro salesforce_check_characters(id) -%}
    {%- for block in range(3) -%}
    {{ ' || ' if not loop.first }}substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1
        {%- for place in range(5) %}
        + case when ascii(substr({{ id }}, {{ 5 * block + place + 1 }}, 1)) between 65 and 90
            then {{ 2 ** place }} else 0 end
        {%- endfor -%}
    , 1)
    {%- endfor -%}
{%- endmacro %}

{# salesforce_id('who_id'): source_id in 18 characters. Reports give 15, exports 18; both are one record. #}
{% macro salesforce_id(expression) -%}
    {%- set id = "trim(" ~ expression ~ ")" -%}
    (case when length({{ id }}) = 15
        then {{ source_id('salesforce', id ~ ' || ' ~ salesforce_check_characters(id)) }}
        else {{ source_id('salesforce', expression) }}
    end)
{%- endmacro %}

{# The id, if it is of one of the kinds that its first three characters name: salesforce_id_of('what_id', ['001']). #}
{% macro salesforce_id_of(expression, prefixes) -%}
    case when left(trim({{ expression }}), 3) in ('{{ prefixes | join("', '") }}')
        then {{ salesforce_id(expression) }} end
{%- endmacro %}

{# The rows of a table that count now, one per record whichever length its id has; `id` is the staged id. #}
{% macro salesforce_rows(table_name) -%}
(
    select * replace ({{ salesforce_id('id') }} as id)
    from {{ raw('salesforce', table_name, record='left(trim(id), 15)') }}
)
{%- endmacro %}

{# The same without what lies in the recycle bin. #}
{% macro salesforce_kept(table_name) -%}
(select * from {{ salesforce_rows(table_name) }} where not coalesce(is_deleted, false))
{%- endmacro %}

{#
  Won, Lost, Pipeline or Other, from the flags where they are exported, else from the names that stages come with. An
  open deal that the company leaves out of its forecasts is Other.
#}
{% macro salesforce_deal_status(is_won, is_closed, stage_name, forecast_category) -%}
    case
        when coalesce({{ is_won }}, {{ stage_name }} = 'Closed Won' or {{ forecast_category }} = 'Closed') then 'Won'
        when coalesce({{ is_closed }}, {{ stage_name }} = 'Closed Lost') then 'Lost'
        when {{ forecast_category }} = 'Omitted' then 'Other'
        else 'Pipeline'
    end
{%- endmacro %}

{# Cases in the words that every helpdesk model uses. Words that an organisation chose itself are open until closed. #}
{% macro salesforce_case_status(status, is_closed) -%}
    case
        when lower({{ status }}) in ('solved', 'resolved') then 'solved'
        when {{ is_closed }} or lower({{ status }}) like 'closed%' then 'closed'
        when lower({{ status }}) = 'new' then 'new'
        when lower({{ status }}) in ('on hold', 'on-hold', 'hold') then 'hold'
        when lower({{ status }}) in (
            'pending', 'waiting on customer', 'waiting for customer', 'awaiting customer', 'awaiting customer response',
            'pending customer', 'customer pending'
        ) then 'pending'
        when {{ status }} is not null then 'open'
    end
{%- endmacro %}
