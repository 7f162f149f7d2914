{# The trailing windows in days that a customer's contacts are counted in, and what is counted in each. #}
{% macro contact_windows() -%}
{{ return({
    30: ['count_interactions'],
    90: [
        'count_interactions', 'count_tickets', 'count_campaign_sent', 'count_campaign_opened',
        'count_campaign_clicked', 'count_sales_contacts'
    ],
    365: ['count_tickets', 'count_bad_ratings'],
}) }}
{%- endmacro %}
