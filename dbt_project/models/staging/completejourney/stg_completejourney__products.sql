select
    {{ source_id('completejourney', 'product_id') }} as product_id,
    'completejourney' as source_name,
    -- Nothing is nearer to a name: APPLE SAUCE, 50 OZ.
    nullif(concat_ws(', ', product_type, package_size), '') as product_name,
    coalesce(product_category, department) as product_category,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as list_price_amount
from {{ raw('completejourney', 'products') }}
