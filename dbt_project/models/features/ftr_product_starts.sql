-- Each customer's first purchase of a product, and how many comparable moments of others one such start stands for.
with starts as (
    select
        bought.customer_id,
        bought.product_id,
        products.product_number,
        bought.first_order_date,
        bought.second_order_date,
        moments.* exclude (customer_id, order_date)
    from {{ ref('agg_customer_products') }} as bought
    inner join {{ ref('ftr_sequence_products') }} as products using (product_id)
    inner join {{ ref('ftr_purchase_moments') }} as moments
        on bought.customer_id = moments.customer_id and bought.first_order_date = moments.order_date
),

with_product as (
    select product_id, start_month, breadth_class, count(*) as count_starts
    from starts
    group by all
),

everyone as (
    select start_month, breadth_class, count(*) as count_moments
    from {{ ref('ftr_purchase_moments') }}
    group by all
)

select
    starts.*,
    -- 0 where nobody else bought at a comparable moment: such starts have nothing to be compared with. A decimal, since
    -- these are added: doubles would give other last digits in another order.
    cast(coalesce(count_starts / nullif(count_moments - count_starts, 0), 0) as decimal(38, 15)) as comparison_weight
from starts
inner join with_product using (product_id, start_month, breadth_class)
inner join everyone using (start_month, breadth_class)
