-- Subscriptions with their customer, and from when to when they are paid for: not during a trial, and not after the end
-- as far as it is known on as_of_date.
with billed as (
    select
        subscription_id,
        max(ended_at) as billed_until
    from {{ ref('int_subscription_periods_unioned') }}
    group by subscription_id
),

subscriptions as (
    select
        subscriptions.*,
        resolved.customer_id,
        billed.billed_until,
        case
            when subscriptions.ended_at is not null then subscriptions.ended_at
            -- Nobody wrote down when it stopped: it was paid for until its last period ended.
            when subscriptions.status in ('ended', 'paused')
                then coalesce(billed.billed_until, subscriptions.cancelled_at, subscriptions.started_at)
        end as stopped_at
    from {{ ref('int_subscriptions_unioned') }} as subscriptions
    left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    left join billed using (subscription_id)
)

select
    subscriptions.* exclude (contact_id, ended_at, stopped_at, billed_until),
    greatest(started_at, trial_ends_at) as paid_from,
    case when stopped_at < {{ as_of() }} then stopped_at end as ended_at,
    billed_until,
    {{ monthly_of_period('recurring_amount', 'billing_period', 'count_billing_periods') }} as original_mrr_amount
from subscriptions
