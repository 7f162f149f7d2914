select
    {{ source_id('olist', 'products.product_id') }} as product_id,
    'olist' as source_name,
    cast(null as varchar) as product_name,
    coalesce(categories.product_category_name_english, products.product_category_name) as product_category,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as list_price_amount
from {{ raw('olist', 'products') }} as products
left join {{ raw('olist', 'product_categories') }} as categories using (product_category_name)
