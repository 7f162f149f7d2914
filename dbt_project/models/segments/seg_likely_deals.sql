-- Customers behind an open deal that will probably be won in the next horizon_days. Empty while no such score is published.
with likely as (
    select
        deals.customer_id,
        count(*) as count_deals,
        sum(deals.amount) as amount,
        max(scores.win_probability) as win_probability
    from {{ ref('fct_opportunities') }} as deals
    inner join {{ source('ml', 'deal_win') }} as scores using (opportunity_id)
    where
        scores.as_of_date = {{ as_of() }}
        and scores.win_probability >= {{ var('likely_deal_probability') }}
        and deals.customer_id is not null
    group by deals.customer_id
)

select
    likely.customer_id,
    'has ' || case when count_deals = 1 then 'an open deal' else count_deals || ' open deals' end
    || coalesce(' worth ' || {{ amount_in_words('amount') }}, '')
    || ', ' || case when count_deals > 1 then 'the likeliest ' else '' end
    || {{ percent_in_words('win_probability') }} || ' likely to be won in the next {{ var("horizon_days") }} days' as reason
from likely
anti join {{ ref('quiet_customers') }} as quiet using (customer_id)
