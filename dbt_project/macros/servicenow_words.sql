{# ServiceNow's states in the words that every helpdesk model uses; -100 is undocumented and stays unknown. #}
{% macro servicenow_status(expression) -%}
    case {{ expression }}
        when 'New' then 'new'
        when 'Active' then 'open'
        when 'Awaiting User Info' then 'pending'
        when 'Awaiting Vendor' then 'hold'
        when 'Awaiting Problem' then 'hold'
        when 'Awaiting Evidence' then 'hold'
        when 'Resolved' then 'solved'
        when 'Closed' then 'closed'
    end
{%- endmacro %}

{# '3 - Moderate' and its like in the words that every helpdesk model uses. #}
{% macro servicenow_priority(expression) -%}
    case left({{ expression }}, 1) when '1' then 'urgent' when '2' then 'high' when '3' then 'normal' when '4' then 'low' end
{%- endmacro %}
