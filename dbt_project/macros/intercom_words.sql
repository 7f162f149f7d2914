{# A snoozed conversation was put aside by us; a closed one is solved, because an answer opens it again. #}
{% macro intercom_status(expression) -%}
    case {{ expression }} when 'open' then 'open' when 'snoozed' then 'hold' when 'closed' then 'solved' end
{%- endmacro %}

{# The state that a part of a conversation leaves behind; null for parts that leave it as it is. #}
{% macro intercom_change(part_type) -%}
    case
        when {{ part_type }} in ('close', 'close_and_assign') then 'solved'
        when {{ part_type }} = 'snoozed' then 'hold'
        when {{ part_type }} in (
            'open', 'assign_and_reopen', 'note_and_reopen', 'unsnoozed', 'timer_unsnooze', 'assign_and_unsnooze'
        ) then 'open'
    end
{%- endmacro %}

{# The role of an author; what Intercom's own agent writes is a bot's, whatever the type says. #}
{% macro intercom_role(author_type, is_automatic) -%}
    case
        when coalesce({{ is_automatic }}, false) then 'bot'
        when {{ author_type }} in ('user', 'lead', 'contact') then 'end_user'
        when {{ author_type }} in ('admin', 'team') then 'agent'
        when {{ author_type }} = 'bot' then 'bot'
    end
{%- endmacro %}
