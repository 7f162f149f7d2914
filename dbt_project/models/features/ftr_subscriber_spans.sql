-- From when to when each customer had a running subscription without a break: a new plan or price that begins as the old one
-- ends (some systems give it a number of its own) goes on with the same span. The running span has no end.
with stretches as (
    select
        customer_id,
        cast(started_at as date) as started_date,
        cast(ended_at as date) as ended_date,
        max(coalesce(cast(ended_at as date), date '9999-12-31')) over (
            partition by customer_id order by started_at, subscription_stretch_id
            rows between unbounded preceding and 1 preceding
        ) as ended_before
    from {{ ref('fct_subscriptions') }}
    where customer_id is not null and started_at is not null
),

spans as (
    select
        *,
        count(*) filter (ended_before is null or ended_before + 1 < started_date) over (
            partition by customer_id order by started_date, ended_before nulls first
        ) as span_number
    from stretches
)

select
    customer_id,
    span_number,
    min(started_date) as started_date,
    nullif(max(coalesce(ended_date, date '9999-12-31')), date '9999-12-31') as ended_date
from spans
group by customer_id, span_number
