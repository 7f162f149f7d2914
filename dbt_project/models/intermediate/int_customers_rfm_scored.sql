-- Recency, frequency and monetary value of every buyer, each scored 1 to 3, on as_of_date and on the first of each month
-- before it, by the orders before that day. Thirds of the buyers of that day, by the share of buyers who are strictly
-- worse: equal values score equally, which ntile does not promise.
with dates as (
    select {{ as_of() }} as scored_date
    union
    select cast(date_trunc('month', {{ as_of() }}) - to_months(cast(months_back as integer)) as date)
    from range({{ var('rfm_history_months') }}) as steps(months_back)
),

days as (
    select
        customer_id,
        order_date,
        bool_or(is_purchase) as is_purchase_day,
        sum(net_amount) as net_amount
    from {{ ref('int_orders_resolved') }}
    where customer_id is not null and order_date is not null and not is_cancelled
    group by customer_id, order_date
),

so_far as (
    select
        customer_id,
        order_date,
        max(case when is_purchase_day then order_date end) over past as last_order_date,
        count(*) filter (is_purchase_day) over past as count_purchase_days,
        cast(sum(net_amount) over past as decimal(18, 4)) as historic_clv_amount
    from days
    window past as (partition by customer_id order by order_date rows between unbounded preceding and current row)
),

buyers as (
    select
        firsts.customer_id,
        dates.scored_date
    from (select customer_id, min(order_date) as first_date from days where is_purchase_day group by all) as firsts
    inner join dates on firsts.first_date < dates.scored_date
),

scored as (
    select
        buyers.customer_id,
        buyers.scored_date,
        {%- for score, value in [
            ('recency', 'last_order_date'), ('frequency', 'count_purchase_days'), ('monetary', 'historic_clv_amount')
        ] %}
        1 + 3 * (rank() over (partition by buyers.scored_date order by so_far.{{ value }} nulls first) - 1)
            // count(*) over (partition by buyers.scored_date) as {{ score }}_score
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from buyers
    asof join so_far on buyers.customer_id = so_far.customer_id and buyers.scored_date > so_far.order_date
)

select
    scored.customer_id,
    scored.scored_date,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    rfm_groups.rfm_group
from scored
left join {{ ref('rfm_groups') }} as rfm_groups using (recency_score, frequency_score, monetary_score)
