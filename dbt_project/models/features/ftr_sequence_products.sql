-- The products bought by enough customers to tell what follows them.
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
