-- Questions of surveys, where they are exported, and answers. The detail of an answer names survey and answer, "nps 9" or
-- "csat bad"; a question that nobody answered is no answer.
select
    'survey_response' as interaction_type,
    responses.response_id as record_id,
    coalesce(resolved.customer_id, tickets.customer_id) as customer_id,
    tickets.account_id,
    responses.source_name,
    responses.responded_at as occurred_at,
    'survey' as channel,
    case responses.survey_type when 'csat' then 'support' else 'marketing' end as team,
    'inbound' as direction,
    cast(null as decimal(18, 4)) as amount,
    case
        when responses.survey_type = 'csat' and responses.is_good then 'csat good'
        when responses.survey_type = 'csat' then 'csat bad'
        else responses.survey_type || ' ' || cast(responses.score as bigint)
    end as detail
from {{ ref('int_survey_responses_unioned') }} as responses
left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
left join {{ ref('int_tickets_resolved') }} as tickets on responses.ticket_id = tickets.ticket_id
where responses.survey_type != 'csat' or responses.is_good is not null

union all

select
    'survey_request',
    requests.request_id,
    coalesce(resolved.customer_id, tickets.customer_id),
    tickets.account_id,
    requests.source_name,
    requests.requested_at,
    'survey',
    case requests.survey_type when 'csat' then 'support' else 'marketing' end,
    'outbound',
    cast(null as decimal(18, 4)),
    requests.survey_type
from {{ ref('int_survey_requests_unioned') }} as requests
left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
left join {{ ref('int_tickets_resolved') }} as tickets on requests.ticket_id = tickets.ticket_id
