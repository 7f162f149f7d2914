-- What a product is called when a next order is foretold: its category where most of what is sold has one, else itself.
with sold as (
    select lines.product_id, max_by(lines.product_name, lines.order_date) as product_name, count(*) as count_lines
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('fct_orders') }} as orders using (order_id)
    where
        orders.is_purchase
        and lines.customer_id is not null
        and lines.product_id is not null
        and not list_contains(cast({{ var('no_goods') }} as varchar[]), lines.product_id)
    group by lines.product_id
),

named as (
    select
        sold.product_id,
        sold.product_name,
        products.product_category,
        coalesce(
            sum(case when products.product_category is not null then count_lines end) over () * 2
            >= sum(count_lines) over ()
            and min(products.product_category) over () != max(products.product_category) over (),
            false
        ) as is_by_category
    from sold
    left join {{ ref('dim_products') }} as products using (product_id)
)

select
    product_id,
    case when is_by_category then product_category else product_id end as item_id,
    case when is_by_category then product_category else coalesce(product_name, product_id) end as item_name,
    case when is_by_category then 'category' else 'product' end as item_level
from named
where not is_by_category or product_category is not null
