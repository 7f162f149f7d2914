-- Which products lie in one basket, how often, and how much oftener than chance would put them there.
with lines as (
    select distinct lines.order_id, lines.product_id
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('fct_orders') }} as orders using (order_id)
    where
        orders.is_purchase
        and lines.product_id is not null
        and coalesce(lines.quantity, 1) > 0
        and not list_contains(cast({{ var('no_goods') }} as varchar[]), lines.product_id)
),

-- Only the products bought most: a basket of hundreds of lines stays a bounded number of pairs.
products as (
    select product_id, count(*) as count_with
    from lines
    group by product_id
    having count(*) >= {{ var('pair_minimum_orders') }}
    order by count_with desc, product_id
    limit {{ var('sequence_most_products') }}
),

names as (
    select product_id, max_by(product_name, (order_date, order_line_id)) as product_name
    from {{ ref('fct_order_lines') }}
    semi join products using (product_id)
    group by product_id
),

kept as (select * from lines semi join products using (product_id)),

pairs as (
    select one.product_id, other.product_id as other_product_id, count(*) as count_orders_both
    from kept as one
    inner join kept as other on one.order_id = other.order_id and one.product_id != other.product_id
    group by all
    having count(*) >= {{ var('pair_minimum_orders') }}
),

measured as (
    select
        pairs.*,
        everything.count_orders,
        one.count_with as count_orders_of_product,
        count_orders_both * everything.count_orders / (one.count_with * other.count_with) as lift,
        -- Delta method on the log of the four cells of the table.
        {{ var('confidence_z') }} * sqrt(
            1 / count_orders_both - 1 / one.count_with - 1 / other.count_with + (2 * lift - 1) / everything.count_orders
        ) as log_margin
    from pairs
    inner join products as one using (product_id)
    inner join products as other on pairs.other_product_id = other.product_id
    cross join (select count(distinct order_id) as count_orders from lines) as everything
)

select
    measured.product_id,
    names.product_name,
    measured.other_product_id,
    other_names.product_name as other_product_name,
    measured.count_orders,
    measured.count_orders_of_product,
    measured.count_orders_both,
    measured.count_orders_both / measured.count_orders as support,
    measured.count_orders_both / measured.count_orders_of_product as confidence,
    measured.lift,
    measured.lift * exp(-log_margin) as lift_low,
    measured.lift * exp(log_margin) as lift_high
from measured
inner join names using (product_id)
inner join names as other_names on measured.other_product_id = other_names.product_id
