-- Contacts that an event seen so far names. An export of people may be missing or late; their orders are not lost.
{% set events = [
    'int_orders_unioned',
    'int_tickets_unioned',
    'int_opportunities_unioned',
    'int_activities_unioned',
    'int_campaign_touches_unioned',
    'int_consents_unioned',
    'int_survey_responses_unioned',
    'int_payments_unioned',
    'int_subscriptions_unioned',
    'int_survey_requests_unioned',
    'int_follow_ups_unioned',
] %}
with mentioned as (
    {% for model in events %}
    select contact_id from {{ ref(model) }}
    {{ 'union' if not loop.last }}
    {% endfor %}
)

select
    contact_id,
    split_part(contact_id, ':', 1) as source_name
from mentioned
where contact_id is not null
