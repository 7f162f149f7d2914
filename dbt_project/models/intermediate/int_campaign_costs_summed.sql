-- What each campaign has cost so far, in the reporting currency.
select
    costs.campaign_id,
    any_value(costs.campaign_source_name) as source_name,
    -- Where one part cannot be converted the whole is not known: a smaller sum would flatter the return.
    case when count(*) = count(rates.exchange_rate)
        then cast(sum({{ converted('costs.cost_amount') }}) as decimal(18, 4))
    end as cost_amount
from {{ ref('int_campaign_costs_unioned') }} as costs
{{ join_exchange_rates('costs', 'costs.spent_date') }}
group by costs.campaign_id
