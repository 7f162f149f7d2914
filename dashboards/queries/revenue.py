"""What comes in, who comes back, how customers move between groups, and recurring revenue."""

GIVEN_BACK = """
select
    sum(gross_amount)::double as gross,
    sum(refund_amount)::double as refunded,
    median(net_amount) filter (is_purchase)::double as median_order
from marts.fct_orders
where not is_cancelled and order_date >= $as_of_date - $days and order_date < $as_of_date
"""

# Every month from the first to the last has its row, so that a gap in time is a gap in the chart.
BY_MONTH = """
with found as (
    select
        date_trunc('month', order_date)::date as period,
        sum(net_amount)::double as kept,
        sum(refund_amount)::double as given_back
    from marts.fct_orders
    where not is_cancelled and order_date >= date_trunc('month', $as_of_date - 730) and order_date < $as_of_date
    group by all
),
months as (
    select unnest(generate_series((select min(period) from found), $as_of_date - 1, interval 1 month))::date as period
)
select period, parts.part, coalesce(case parts.part when 'Kept' then kept else given_back end, 0) as amount
from months
cross join (values ('Kept'), ('Given back')) as parts(part)
left join found using (period)
order by period, part
"""

# The last twelve months of first purchases, each followed as far as months are over.
RETENTION = """
select
    strftime(cohort_month, '%b %Y') as cohort,
    months_since_first_order as months_since,
    count_customers as customers,
    count_active_customers as active,
    count_active_customers / count_customers as share
from marts.agg_customer_cohorts
where is_over and months_since_first_order > 0
    and cohort_month >= date_trunc('month', $as_of_date) - interval 13 month
order by cohort_month, months_since_first_order
"""

# Cohorts that are old enough only: who bought last month has had no year to come back. A window without a number of
# months is everybody so far.
REPEAT = """
select
    windows.months,
    coalesce(sum(count_customers), 0)::bigint as customers,
    coalesce(sum(count_repeat_customers), 0)::bigint as repeat_customers
from (values (3), (6), (12)) as windows(months)
left join marts.agg_customer_cohorts on is_over and months_since_first_order = windows.months
group by windows.months
order by windows.months
"""

MOVES = """
with before as (
    select customer_id, rfm_group from marts.fct_rfm_groups
    where started_date <= $as_of_date - 90 and (ended_date is null or ended_date > $as_of_date - 90)
)
select
    coalesce(before.rfm_group, 'No buyer yet') as before_group,
    today.rfm_group as today_group,
    count(*) as customers
from marts.fct_rfm_groups as today
left join before using (customer_id)
where today.is_current
group by all
"""

RECURRING = """
select
    count(*) as stretches,
    count(*) filter (mrr_amount is null) as unknown,
    sum(mrr_amount) filter (is_running)::double as mrr,
    count(distinct coalesce(customer_id, subscription_id)) filter (is_running and mrr_amount > 0) as payers,
    count(distinct subscription_id) filter (is_running and mrr_amount > 0 and cancelled_at is not null) as given_notice
from marts.fct_subscriptions
"""

# Thirteen months, the last of which is not over unless as_of_date is the first of one.
MOVEMENTS = """
with months as (
    select unnest(generate_series(
        greatest(
            (select min(movement_month) from marts.fct_mrr_movements),
            (date_trunc('month', $as_of_date - 1) - interval 12 month)::date
        ),
        $as_of_date - 1,
        interval 1 month
    ))::date as period
),
sums as (
    select movement_month, movement_type, sum(change_mrr_amount) as amount
    from marts.fct_mrr_movements
    group by all
)
select
    period,
    coalesce((select sum(amount) from sums where movement_month < period), 0)::double as opening,
    coalesce(sum(amount) filter (movement_type = 'new'), 0)::double as new,
    coalesce(sum(amount) filter (movement_type = 'reactivation'), 0)::double as reactivation,
    coalesce(sum(amount) filter (movement_type = 'expansion'), 0)::double as expansion,
    coalesce(sum(amount) filter (movement_type = 'contraction'), 0)::double as contraction,
    coalesce(sum(amount) filter (movement_type = 'churn'), 0)::double as churn,
    coalesce((select sum(amount) from sums where movement_month <= period), 0)::double as closing
from months
left join sums on movement_month = period
group by period
order by period
"""
