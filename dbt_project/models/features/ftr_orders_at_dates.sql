-- Purchases of every buyer as known at every snapshot date: totals before it and inside trailing windows.
{{ config(materialized='view') }}

{%- set windows = {'30d': 30, '90d': 90, '365d': 365, 'season': 365 - var('horizon_days')} %}

select
    buyers.customer_id,
    buyers.as_of_date,
    past.* exclude (customer_id, event_date, is_purchase_day),
    {%- for name in windows %}
    past.count_orders - coalesce(before_{{ name }}.count_orders, 0) as orders_{{ name }},
    past.net_amount - coalesce(before_{{ name }}.net_amount, 0) as amount_{{ name }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from {{ ref('ftr_buyers_at_dates') }} as buyers
asof join {{ ref('ftr_order_days_accumulated') }} as past
    on buyers.customer_id = past.customer_id and buyers.as_of_date > past.event_date
{%- for name, days in windows.items() %}
asof left join {{ ref('ftr_order_days_accumulated') }} as before_{{ name }}
    on buyers.customer_id = before_{{ name }}.customer_id
    and buyers.as_of_date - {{ days }} > before_{{ name }}.event_date
{%- endfor %}
