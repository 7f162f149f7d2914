-- Recency, frequency and monetary value of every buyer, each scored 1 to 3: thirds of the buyers, by the share of buyers
-- who are strictly worse. Equal values therefore score equally, which ntile does not promise.
with scored as (
    select
        customer_id,
        {%- for score, value in [
            ('recency', 'last_order_date'), ('frequency', 'count_purchase_days'), ('monetary', 'historic_clv_amount')
        ] %}
        1 + 3 * (rank() over (order by {{ value }}) - 1) // count(*) over () as {{ score }}_score
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('int_customer_orders_aggregated') }}
    where historic_number_of_orders > 0
)

select
    scored.customer_id,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    rfm_groups.rfm_group
from scored
left join {{ ref('rfm_groups') }} as rfm_groups using (recency_score, frequency_score, monetary_score)
