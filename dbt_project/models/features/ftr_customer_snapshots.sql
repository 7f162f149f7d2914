-- What was known about every buyer at every snapshot date, and nothing later: the models' only input.
-- "Days since" count back from as_of_date, as people say it (1 = yesterday); t_days runs to the last day seen, as BTYD does.
with facts as (
    select
        orders.*,
        contacts.* exclude (customer_id, as_of_date),
        orders.count_purchase_days - 1 as frequency,
        date_diff('day', first_purchase_date, last_purchase_date) as recency_days,
        date_diff('day', first_purchase_date, orders.as_of_date) - 1 as t_days,
        date_diff('day', last_purchase_date, orders.as_of_date) as days_since_last_order,
        orders.gap_days / nullif(orders.count_purchase_days - 1, 0) as mean_gap_days
    from {{ ref('ftr_orders_at_dates') }} as orders
    inner join {{ ref('ftr_contacts_at_dates') }} as contacts using (customer_id, as_of_date)
),

ratios as (
    select
        *,
        (purchase_amount - first_order_amount) / nullif(frequency, 0) as repeat_amount,
        days_since_last_order / mean_gap_days as gap_multiple,
        -- Σ(gap − mean)² / (n − 1), from the running sums; rounding must not push it below zero.
        sqrt(greatest(gap_days_squared - frequency * mean_gap_days * mean_gap_days, 0) / nullif(frequency - 1, 0))
            / mean_gap_days as gap_variation,
        -- The same of amounts.
        sqrt(greatest(
            purchase_amount_squared - cast(purchase_amount as double) ** 2 / count_purchase_days, 0
        ) / nullif(frequency, 0)) / nullif(cast(purchase_amount as double) / count_purchase_days, 0) as amount_variation,
        net_amount / count_orders as average_order_value_amount
    from facts
)

select
    customer_id,
    as_of_date,
    frequency,
    recency_days,
    t_days,
    cast(case when repeat_amount > 0 then repeat_amount end as double) as monetary_value,
    days_since_last_order,
    cast(count_orders as bigint) as count_orders,
    count_purchase_days,
    cast(net_amount as double) as total_net_amount,
    mean_gap_days,
    gap_multiple,
    gap_variation,
    cast(last_gap_days as bigint) as last_gap_days,
    cast(longest_gap_days as bigint) as longest_gap_days,
    days_since_last_order / nullif(longest_gap_days, 0) as longest_gap_multiple,
    30.0 * count_purchase_days / (t_days + 1) as purchase_days_per_30_days,
    cast(orders_30d as bigint) as orders_30d,
    cast(orders_90d as bigint) as orders_90d,
    cast(orders_365d as bigint) as orders_365d,
    cast(amount_30d as double) as amount_30d,
    cast(amount_90d as double) as amount_90d,
    cast(amount_365d as double) as amount_365d,
    -- Rounded: the last bits of a sum of doubles are not the same on every machine.
    {% for days in half_lives() -%}
    round(fading_orders_{{ days }}d / {{ faded('as_of_date', days) }}, 6) as fading_orders_{{ days }}d,
    round(fading_amount_{{ days }}d / {{ faded('as_of_date', days) }}, 6) as fading_amount_{{ days }}d,
    {% endfor -%}
    orders_90d / nullif(orders_365d, 0) as orders_90d_share,
    cast(case when amount_365d > 0 then amount_90d / amount_365d end as double) as amount_90d_share,
    case when t_days >= 365 then cast(orders_365d - orders_season as bigint) end as orders_same_season_last_year,
    cast(average_order_value_amount as double) as average_order_value_amount,
    cast(first_order_amount as double) as first_order_amount,
    cast(last_order_amount as double) as last_order_amount,
    round(recent_order_amount, 6) as recent_order_amount,
    cast(largest_order_amount as double) as largest_order_amount,
    cast(case when average_order_value_amount > 0 then last_order_amount / average_order_value_amount end as double)
        as last_order_ratio,
    case when amount_variation >= 0 then round(amount_variation, 6) end as amount_variation,
    cast(count_units / count_orders as double) as units_per_order,
    cast(case when gross_amount + discount_amount > 0 then discount_amount / (gross_amount + discount_amount) end
        as double) as discount_share,
    cast(count_refunds as bigint) as count_refunds,
    cast(case when gross_amount > 0 then refund_amount / gross_amount end as double) as refund_share,
    cast(nullif(count_new_products, 0) as bigint) as count_products,
    {% for column in [
        'count_tickets_90d', 'count_tickets_365d', 'count_open_tickets', 'count_bad_ratings_365d',
        'count_campaign_sent_90d', 'count_campaign_opened_90d', 'count_campaign_clicked_90d',
        'count_sales_contacts_90d', 'count_interactions_30d', 'count_interactions_90d'
    ] -%}
    cast({{ column }} as bigint) as {{ column }},
    {% endfor -%}
    date_diff('day', last_ticket_date, as_of_date) as days_since_last_ticket,
    last_nps_score,
    cast(count_campaign_clicked_90d / nullif(count_campaign_sent_90d, 0) as double) as campaign_click_share_90d,
    date_diff('day', last_click_date, as_of_date) as days_since_last_click,
    has_unsubscribed,
    month(as_of_date) as month_of_year,
    case when gap_multiple is not null then percent_rank() over (partition by as_of_date order by gap_multiple) end
        as gap_multiple_quantile
from ratios
