-- How often an answer to a campaign was followed by an order, or by a won deal. Answers whose window is not over say
-- nothing yet. A campaign starts with one answer of the usual success, so that a single lucky one does not take all.
with windows as (
    {{ attribution_windows() }}
),

followed as (
    select distinct conversion_type, campaign_id, customer_id, answered_date
    from {{ ref('int_conversion_touches_placed') }}
),

answers as (
    select
        windows.conversion_type,
        answers.campaign_id,
        answers.answered_at < {{ as_of() }} - to_days(windows.window_days) as is_over,
        followed.customer_id is not null as is_followed
    from {{ ref('int_campaign_answers_dated') }} as answers
    cross join windows
    left join followed using (conversion_type, campaign_id, customer_id, answered_date)
),

usual as (
    select
        conversion_type,
        (count(*) filter (is_over and is_followed) + 1) / (count(*) filter (is_over) + 2) as usual_share
    from answers
    group by conversion_type
)

select
    conversion_type,
    answers.campaign_id,
    (count(*) filter (answers.is_over and answers.is_followed) + usual.usual_share)
        / (count(*) filter (answers.is_over) + 1) as success_share
from answers
inner join usual using (conversion_type)
group by conversion_type, answers.campaign_id, usual.usual_share
