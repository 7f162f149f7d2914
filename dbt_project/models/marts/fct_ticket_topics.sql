-- What every ticket is about and how its customer sounds, by its own words. Apart from fct_tickets, which is built before
-- the scores, so that nothing that was guessed comes back as a feature.
{{ config(tags=['after_scores']) }}

select
    tickets.ticket_id,
    tickets.customer_id,
    tickets.source_name,
    tickets.created_date,
    told.topic,
    told.topic_confidence,
    told.topic_method,
    told.sentiment,
    told.sentiment_confidence
from {{ ref('fct_tickets') }} as tickets
left join {{ source('ml', 'ticket_topics') }} as told
    on told.ticket_id = tickets.ticket_id and told.as_of_date = {{ as_of() }}
