-- One row per month of first purchases and month since: who of these customers bought, and what they brought.
with days as (
    select
        customer_id,
        order_date,
        row_number() over (partition by customer_id order by order_date) as day_number
    from {{ ref('fct_orders') }}
    where is_purchase and customer_id is not null and order_date is not null
    group by customer_id, order_date
),

buyers as (
    select
        customer_id,
        cast(date_trunc('month', min(order_date)) as date) as cohort_month,
        cast(date_trunc('month', min(order_date) filter (day_number = 2)) as date) as repeat_month
    from days
    group by customer_id
),

-- Every month up to that of the last day seen has its row, so that a month without a purchase is a true zero.
periods as (
    select
        cohort_month,
        count(*) as count_customers,
        unnest(range(date_diff('month', cohort_month, {{ as_of() }} - 1) + 1)) as months_since_first_order
    from buyers
    group by cohort_month
),

activity as (
    select
        buyers.cohort_month,
        date_diff('month', buyers.cohort_month, orders.order_date) as months_since_first_order,
        count(distinct orders.customer_id) filter (orders.is_purchase) as count_active_customers,
        sum(orders.net_amount) as net_revenue_amount
    from {{ ref('fct_orders') }} as orders
    inner join buyers using (customer_id)
    where not orders.is_cancelled
    group by all
),

repeats as (
    select
        cohort_month,
        date_diff('month', cohort_month, repeat_month) as months_since_first_order,
        count(*) as count_new_repeat_customers
    from buyers
    where repeat_month is not null
    group by all
),

months as (
    select
        *,
        cast(cohort_month + to_months(cast(months_since_first_order + 1 as integer)) as date) <= {{ as_of() }} as is_over,
        activity.cohort_month is null as is_quiet,
        sum(coalesce(repeats.count_new_repeat_customers, 0)) over (
            partition by cohort_month order by months_since_first_order
        ) as count_repeat_customers
    from periods
    left join activity using (cohort_month, months_since_first_order)
    left join repeats using (cohort_month, months_since_first_order)
)

select
    strftime(cohort_month, '%Y-%m') || '+' || months_since_first_order as cohort_period_id,
    cohort_month,
    months_since_first_order,
    count_customers,
    is_over,
    case when is_over then coalesce(count_active_customers, 0) end as count_active_customers,
    cast(case when is_over then count_repeat_customers end as bigint) as count_repeat_customers,
    cast(case when is_over and is_quiet then 0 when is_over then net_revenue_amount end as decimal(18, 4))
        as net_revenue_amount
from months
