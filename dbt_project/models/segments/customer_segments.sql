-- Who is in which segment and why, one row each. A new segment is one name here, one seg_<name>.sql and one line in
-- segment_definitions.csv.
{%- set segments = [
    'high_value_at_risk', 'champions', 'due_to_buy', 'due_for_next_product', 'win_back', 'new_customers',
    'open_complaint', 'stale_deals', 'likely_deals', 'hot_leads', 'subscribers_at_risk',
    'tickets_at_risk'
] %}

{% for segment in segments -%}
select
    '{{ segment }}' as segment_name,
    customer_id,
    reason,
    {{ as_of() }} as as_of_date
from {{ ref('seg_' ~ segment) }}
{% if not loop.last %}
union all

{% endif %}
{%- endfor %}
