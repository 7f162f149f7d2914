{# A property of an API object; an empty one is none. #}
{% macro hubspot_property(name) -%}
    nullif(trim(properties ->> '$.{{ name }}'), '')
{%- endmacro %}

{# The first record of a kind ("contacts", "companies", "deals") that an API object is associated with. #}
{% macro hubspot_associated(kind) -%}
    (associations ->> '$.{{ kind }}.results[0].id')
{%- endmacro %}

{# A moment of a property: ISO 8601, or milliseconds since 1970 in older objects; a day alone is its midnight. #}
{% macro hubspot_moment(expression) -%}
    coalesce(epoch_ms(try_cast({{ expression }} as bigint)), try_cast({{ expression }} as timestamp))
{%- endmacro %}

{# The API writes options as COMPUTER_SOFTWARE where exports show their label, Computer Software. #}
{% macro hubspot_label(expression) -%}
    array_to_string(
        list_transform(
            string_split(lower({{ expression }}), '_'), lambda word: upper(left(word, 1)) || substr(word, 2)
        ),
        ' '
    )
{%- endmacro %}

{# The label that exports show for a lifecycle stage of the API; a stage that the account added stays its id. #}
{% macro hubspot_lifecycle(expression) -%}
    case {{ expression }}
        when 'subscriber' then 'Subscriber'
        when 'lead' then 'Lead'
        when 'marketingqualifiedlead' then 'Marketing Qualified Lead'
        when 'salesqualifiedlead' then 'Sales Qualified Lead'
        when 'opportunity' then 'Opportunity'
        when 'customer' then 'Customer'
        when 'evangelist' then 'Evangelist'
        when 'other' then 'Other'
        else {{ expression }}
    end
{%- endmacro %}

{# The label of a call outcome: every account starts with these six. #}
{% macro hubspot_call_outcome(expression) -%}
    case {{ expression }}
        when '9d9162e7-6cf3-4944-bf63-4dff82258764' then 'Busy'
        when 'f240bbac-87c9-4f6e-bf70-924b57d47db7' then 'Connected'
        when 'a4c4c377-d246-4b32-a13b-75a56a4cd0ff' then 'Left live message'
        when 'b2cf5968-551e-4856-9783-52b3da59a7d0' then 'Left voicemail'
        when '73a0d17f-1163-4015-bdd5-ec830791da20' then 'No answer'
        when '17b47fee-58de-441e-a44c-c6300d46f273' then 'Wrong number'
        else {{ expression }}
    end
{%- endmacro %}

{# Won, Lost or Pipeline by the label or id of a stage. #}
{% macro hubspot_deal_status(stage) -%}
    case replace(lower(trim({{ stage }})), ' ', '')
        when 'closedwon' then 'Won'
        when 'closedlost' then 'Lost'
        else 'Pipeline'
    end
{%- endmacro %}

{# LOW, MEDIUM, HIGH and URGENT in the words that every helpdesk model uses. #}
{% macro hubspot_priority(expression) -%}
    case upper({{ expression }})
        when 'LOW' then 'low' when 'MEDIUM' then 'normal' when 'HIGH' then 'high' when 'URGENT' then 'urgent'
    end
{%- endmacro %}
