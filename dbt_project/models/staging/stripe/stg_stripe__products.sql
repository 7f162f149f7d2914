select
    {{ source_id('stripe', 'id') }} as product_id,
    'stripe' as source_name,
    name as product_name,
    cast(null as varchar) as product_category,
    -- A product has as many prices as the company likes, and they are no part of it.
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as list_price_amount
from {{ raw('stripe', 'products') }}
