"""What sold, of which group and to how many customers; returns taken off, cancelled orders left out."""

# The day of a line is its order's.
SOLD = """
select lines.*, orders.is_purchase
from marts.fct_order_lines as lines
inner join marts.fct_orders as orders using (order_id)
where not orders.is_cancelled and lines.order_date >= $as_of_date - $days and lines.order_date < $as_of_date
"""

HEADLINE = f"""
with sold as ({SOLD}),
products as (select product_id, sum(line_amount) as amount from sold where product_id is not null group by all),
ranked as (select *, row_number() over (order by amount desc, product_id) as place from products)
select
    (select count(distinct product_id) from sold where is_purchase) as products,
    (select sum(line_amount) from sold)::double as amount,
    (select sum(amount) filter (place <= 10) / nullif(sum(amount), 0) from ranked)::double as share_of_ten,
    (select count(*) from marts.dim_products where is_listed) as listed,
    (
        select count(*) from marts.dim_products
        where is_listed and coalesce(last_sold_date < $as_of_date - $days, true)
    ) as listed_unsold,
    (select count(*) from sold where product_id is null) as lines_without_product,
    (select count(*) from sold) as lines
"""

# Nothing where no product that sold has a group: one bar of everything says nothing.
GROUPS = f"""
with grouped as (
    select
        products.product_category,
        sum(sold.line_amount)::double as amount,
        count(distinct sold.product_id) as products
    from ({SOLD}) as sold
    left join marts.dim_products as products using (product_id)
    where sold.product_id is not null
    group by products.product_category
)
select coalesce(product_category, 'Without a group') as product_category, amount, products
from grouped
where exists (select 1 from grouped where product_category is not null)
order by amount desc, product_category
limit 12
"""

# A product without a name is shown as its number.
PRODUCTS = f"""
select
    coalesce(products.product_name, regexp_replace(sold.product_id, '^[^:]*:', '')) as product,
    any_value(products.product_category) as product_category,
    sum(sold.line_amount)::double as amount,
    sum(sold.quantity)::bigint as units,
    count(distinct sold.order_id) filter (sold.is_purchase) as orders,
    count(distinct sold.customer_id) filter (sold.is_purchase) as customers,
    any_value(products.last_price_amount)::double as last_price_amount,
    any_value(products.last_sold_date) as last_sold_date
from ({SOLD}) as sold
left join marts.dim_products as products using (product_id)
where sold.product_id is not null
group by sold.product_id, products.product_name
order by amount desc, sold.product_id
limit 100
"""
