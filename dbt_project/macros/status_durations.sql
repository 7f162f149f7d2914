{# Which statuses each duration of a ticket adds up: the names that Zendesk's own figures have. #}
{% macro status_durations() -%}
    {{ return({
        'requester_wait_time': ['new', 'open', 'hold'],
        'agent_wait_time': ['pending'],
        'agent_work_time': ['new', 'open'],
        'on_hold_time': ['hold'],
        'new_status_duration': ['new'],
        'open_status_duration': ['open'],
    }) }}
{%- endmacro %}
