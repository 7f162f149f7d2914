"""What each segment will bring within the horizon, and all customers."""

_SUMS = """
    t.horizon_days,
    t.predicted_number_of_orders as orders,
    t.predicted_number_of_orders_low as orders_low,
    t.predicted_number_of_orders_high as orders_high,
    t.predicted_revenue_amount as revenue,
    t.predicted_revenue_low as revenue_low,
    t.predicted_revenue_high as revenue_high
"""

OF_SEGMENT = f"select {_SUMS} from scores.segment_totals as t where t.segment_name = $segment_name"

ALL = f"""
select coalesce(d.title, 'All customers') as title, t.count_customers as customers, {_SUMS}
from scores.segment_totals as t
left join release.segment_definitions as d using (segment_name)
order by d.title is not null, revenue desc, title
"""
