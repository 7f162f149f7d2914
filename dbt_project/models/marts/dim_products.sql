-- One row per product of a list or of a line; what stands on lines alone is kept as the id that it is.
select
    product_id,
    coalesce(listed.source_name, sold.source_name) as source_name,
    coalesce(listed.product_name, sold.product_name) as product_name,
    listed.product_category,
    listed.product_id is not null as is_listed,
    listed.list_price_amount,
    listed.currency as list_price_currency,
    sold.last_price_amount,
    sold.currency as last_price_currency,
    sold.first_sold_date,
    sold.last_sold_date
from {{ ref('int_products_unioned') }} as listed
full join {{ ref('int_products_sold') }} as sold using (product_id)
