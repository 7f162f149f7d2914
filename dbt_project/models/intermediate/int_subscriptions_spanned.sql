-- One row per stretch in which a subscription cost the same for the same plan. What was billed dates every change; the
-- subscription itself, which tells its present price only, counts where nothing has been billed yet.
with points as (
    select
        subscription_id,
        periods.started_at,
        periods.product_name,
        periods.currency,
        {{ monthly_of_span('periods.recurring_amount', 'periods.started_at', 'periods.ended_at') }} as original_mrr_amount
    from {{ ref('int_subscription_periods_unioned') }} as periods

    union all

    select
        subscription_id,
        coalesce(billed_until, paid_from),
        product_name,
        currency,
        original_mrr_amount
    from {{ ref('int_subscriptions_resolved') }}
),

changes as (
    select
        points.*,
        subscriptions.ended_at as subscription_ended_at
    from points
    inner join {{ ref('int_subscriptions_resolved') }} as subscriptions using (subscription_id)
    where
        -- Nobody has paid for it, or its first payment never came.
        subscriptions.status not in ('incomplete', 'trialing')
        and points.started_at < coalesce(subscriptions.ended_at, {{ as_of() }})
    qualify (points.product_name, points.original_mrr_amount) is distinct from
        lag((points.product_name, points.original_mrr_amount)) over (
            partition by subscription_id order by points.started_at
        )
)

select
    subscription_id,
    row_number() over subscription as stretch_number,
    product_name,
    {{ iso_currency('currency') }} as currency,
    original_mrr_amount,
    started_at,
    coalesce(lead(started_at) over subscription, subscription_ended_at) as ended_at
from changes
window subscription as (partition by subscription_id order by started_at)
