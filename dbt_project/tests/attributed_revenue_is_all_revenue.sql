-- The nine weights of each order and won deal add up to 1, and what they share out is all there is, to the cent.
{% set models = var('attribution_models').keys() | list + ['time_decay', 'success'] %}
with attributed as (
    select
        conversion_type,
        record_id,
        any_value(revenue_amount) as revenue_amount
        {%- for model in models %},
        sum({{ model }}_weight) as {{ model }}
        {%- endfor %}
    from {{ ref('fct_attributed_revenue') }}
    group by conversion_type, record_id
),

revenue as (
    select 'order' as conversion_type, order_id as record_id, net_amount as revenue_amount
    from {{ ref('fct_orders') }}
    where not is_cancelled
    union all
    select 'deal', opportunity_id, amount from {{ ref('fct_opportunities') }} where is_won
)

select *
from revenue
full join attributed using (conversion_type, record_id)
where
    attributed.revenue_amount is distinct from revenue.revenue_amount
    {% for model in models -%}
    or {{ model }} is null or abs({{ model }} - 1) > 1e-9
    {% endfor %}
