-- Contacts that an event seen so far names. An export of people may be missing or late; their orders are not lost.
with mentioned as (
    select contact_id from {{ ref('int_orders_unioned') }}
    union
    select contact_id from {{ ref('int_tickets_unioned') }}
    union
    select contact_id from {{ ref('int_opportunities_unioned') }}
    union
    select contact_id from {{ ref('int_activities_unioned') }}
    union
    select contact_id from {{ ref('int_campaign_touches_unioned') }}
    union
    select contact_id from {{ ref('int_consents_unioned') }}
    union
    select contact_id from {{ ref('int_survey_responses_unioned') }}
    union
    select contact_id from {{ ref('int_payments_unioned') }}
    union
    select contact_id from {{ ref('int_subscriptions_unioned') }}
    union
    select contact_id from {{ ref('int_survey_requests_unioned') }}
    union
    select contact_id from {{ ref('int_follow_ups_unioned') }}
)

select
    contact_id,
    split_part(contact_id, ':', 1) as source_name
from mentioned
where contact_id is not null
