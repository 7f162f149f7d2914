-- The products bought by enough customers to tell what follows them, numbered from 0: millions of rows are counted by
-- pair, and a number is a tenth of a name.
with bought_often as (
    select
        product_id,
        max_by(product_name, last_order_date) as product_name,
        count(*) as count_customers
    from {{ ref('agg_customer_products') }}
    where not list_contains(cast({{ var('no_goods') }} as varchar[]), product_id)
    group by product_id
    having count(*) >= {{ var('sequence_minimum_buyers') }}
    order by count_customers desc, product_id
    limit {{ var('sequence_most_products') }}
)

select
    cast(row_number() over (order by product_id) - 1 as integer) as product_number,
    *
from bought_often
