{# Klaviyo's names of the events by which a person says: no more marketing mail. The first one is the older name. #}
{% macro klaviyo_refusals() -%}
    'Unsubscribed', 'Unsubscribed from Email Marketing', 'Unsubscribed from List', 'Marked Email as Spam'
{%- endmacro %}
