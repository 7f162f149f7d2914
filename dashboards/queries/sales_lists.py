"""Who sells how well, which deals nobody talks about, and which promises were kept."""

from dashboards.queries.sales import OPPORTUNITIES

OWNERS = f"""
with deals as (
    select *, is_closed and close_date >= $as_of_date - $days and close_date < $as_of_date as is_recent
    from {OPPORTUNITIES}
)
select
    owner_id,
    count(*) filter (status = 'Pipeline') as open_count,
    sum(amount) filter (status = 'Pipeline')::double as open_amount,
    sum(expected_revenue_amount) filter (status = 'Pipeline')::double as expected_amount,
    count(*) filter (is_recent) as closed_count,
    count(*) filter (is_won and is_recent) as won_count,
    sum(amount) filter (is_won and is_recent)::double as won_amount,
    (won_count / nullif(closed_count, 0))::double as win_rate,
    (coalesce(sum(amount) filter (is_won and is_recent), 0) / nullif(sum(amount) filter (is_recent), 0))::double
        as win_rate_by_amount,
    avg(days_to_close) filter (is_won and is_recent)::double as mean_cycle_days,
    avg(count_activities) filter (is_recent)::double as activities_per_deal
from deals
group by owner_id
order by won_amount desc nulls last, open_amount desc nulls last, owner_id
limit 50
"""

# `known` is null where no CRM exports activities about deals.
STALE_COUNT = f"""
select
    count(*) filter (is_stale) as deals,
    sum(amount) filter (is_stale)::double as amount,
    count(is_stale) as known,
    count(*) as open_deals
from {OPPORTUNITIES} and status = 'Pipeline'
"""

STALE = f"""
select
    opportunity_id,
    customer_id,
    owner_id,
    stage_name,
    amount::double as amount,
    days_without_activity,
    close_date
from {OPPORTUNITIES} and is_stale
order by amount desc nulls last, days_without_activity desc, opportunity_id
limit $limit offset $offset
"""

# `known` counts deals of CRMs that export tasks.
NEXT_STEPS_COUNT = f"""
select
    count(*) as open_deals,
    count(has_open_activity) as known,
    count(*) filter (not has_open_activity) as unplanned,
    sum(amount) filter (not has_open_activity)::double as unplanned_amount,
    count(*) filter (has_overdue_task) as late,
    sum(amount) filter (has_overdue_task)::double as late_amount,
    count(*) filter (has_overdue_task or not has_open_activity) as listed
from {OPPORTUNITIES} and status = 'Pipeline'
"""

NEXT_STEPS = f"""
select
    opportunity_id,
    customer_id,
    owner_id,
    stage_name,
    amount::double as amount,
    forecast_category,
    case when has_overdue_task then 'Late' else 'None planned' end as next_step,
    close_date
from {OPPORTUNITIES} and status = 'Pipeline' and (has_overdue_task or not has_open_activity)
order by amount desc nulls last, close_date, opportunity_id
limit $limit offset $offset
"""

# Deals won in the window whose sixty days are over.
PROMISES = f"""
select
    coalesce(product_name, 'Not set') as product,
    count(is_promise_kept) as judged,
    count(*) filter (not is_promise_kept) as followed
from {OPPORTUNITIES} and is_promise_kept is not null and close_date >= $as_of_date - $days and close_date < $as_of_date
group by all
order by followed desc, judged desc, product
limit 20
"""
