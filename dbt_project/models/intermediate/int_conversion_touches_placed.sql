-- The way to each order and won deal: the customer's answers to campaigns within the window before it, in order, and
-- which of them first, last, led to the lead and led to the opportunity.
with windows as (
    {{ attribution_windows() }}
),

answered as (
    select
        conversions.*,
        answers.campaign_id,
        answers.answered_date,
        answers.answered_at
    from {{ ref('int_conversions_collected') }} as conversions
    inner join windows using (conversion_type)
    inner join {{ ref('int_campaign_answers_dated') }} as answers using (customer_id)
    where
        conversions.is_attributable
        and answers.answered_at < conversions.converted_at
        and answers.answered_at >= conversions.converted_at - to_days(windows.window_days)
),

placed as (
    select
        *,
        row_number() over (
            partition by conversion_type, record_id order by answered_at, campaign_id
        ) as touch_number,
        count(*) over way as count_touches,
        -- The last touch on or before a day is the one whose number is how many there are up to then.
        count(*) filter (answered_date <= lead_date) over way as lead_touch_number,
        count(*) filter (answered_date <= opportunity_date) over way as opportunity_touch_number
    from answered
    window way as (partition by conversion_type, record_id)
)

select
    conversion_type,
    record_id,
    customer_id,
    converted_at,
    revenue_amount,
    campaign_id,
    answered_date,
    answered_at,
    touch_number,
    count_touches,
    touch_number = 1 as is_first_touch,
    touch_number = count_touches as is_last_touch,
    touch_number = lead_touch_number as is_lead_touch,
    touch_number = opportunity_touch_number as is_opportunity_touch
from placed
