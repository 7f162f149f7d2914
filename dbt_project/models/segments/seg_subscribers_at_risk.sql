-- The quarter of subscribers most likely to leave in the next horizon_days, and not less likely than the usual. Empty while
-- no such score is published.
with risks as (
    select *, avg(end_probability) over () as usual_probability
    from {{ source('ml', 'subscription_churn') }}
    where as_of_date = {{ as_of() }}
),

running as (
    select customer_id, sum(mrr_amount) as mrr_amount
    from {{ ref('fct_subscriptions') }}
    where is_running
    group by customer_id
)

select
    risks.customer_id,
    {{ percent_in_words('end_probability') }} || ' likely to end the subscription in the next {{ var("horizon_days") }} days, '
    || 'subscribers usually ' || {{ percent_in_words('usual_probability') }}
    || coalesce('; pays ' || {{ amount_in_words('mrr_amount') }} || ' a month', '') as reason
from risks
inner join running using (customer_id)
anti join {{ ref('quiet_customers') }} as quiet using (customer_id)
where risk_tier = 'A' and end_probability > usual_probability
