-- Customers with an open deal that nobody has talked about for stale_deal_days; facts only, no score.
with stale as (
    select
        customer_id,
        count(*) as count_deals,
        sum(amount) as amount,
        max(days_without_activity) as silent_days
    from {{ ref('fct_opportunities') }}
    where is_stale and customer_id is not null
    group by customer_id
)

select
    stale.customer_id,
    'has ' || case when count_deals = 1 then 'an open deal' else count_deals || ' open deals' end
    || coalesce(' worth ' || {{ amount_in_words('amount') }}, '')
    || ', ' || case when count_deals > 1 then 'one of them ' else '' end
    || 'without a call, meeting or mail for ' || {{ days_in_words('silent_days') }} as reason
from stale
anti join {{ ref('quiet_customers') }} as quiet using (customer_id)
