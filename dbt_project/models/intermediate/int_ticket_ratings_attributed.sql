-- The last satisfaction rating per ticket, given to whoever was responsible at the moment of rating, and what the first
-- one had been.
with ratings as (
    select
        *,
        first_value(is_good) over (partition by ticket_id order by responded_at, response_id) as was_good_first
    from {{ ref('int_survey_responses_unioned') }}
    where survey_type = 'csat' and is_good is not null and ticket_id is not null
    qualify row_number() over (partition by ticket_id order by responded_at desc nulls last, response_id desc) = 1
)

select
    ratings.ticket_id,
    ratings.contact_id,
    ratings.is_good as is_good_satisfaction,
    ratings.was_good_first and not ratings.is_good as is_good_to_bad_satisfaction_score,
    not ratings.was_good_first and ratings.is_good as is_bad_to_good_satisfaction_score,
    ratings.responded_at as rated_at,
    -- The change history knows best; the rating's own record serves where the history is silent.
    coalesce(spans.assignee_id, ratings.assignee_id) as csat_assignee_id
from ratings
left join {{ ref('int_ticket_assignees_spanned') }} as spans
    on ratings.ticket_id = spans.ticket_id
    and ratings.responded_at >= spans.started_at
    and ratings.responded_at < coalesce(spans.ended_at, cast('infinity' as timestamp))
