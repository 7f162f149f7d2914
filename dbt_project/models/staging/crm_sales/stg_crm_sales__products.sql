select
    {{ source_id('crm_sales', 'product') }} as product_id,
    'crm_sales' as source_name,
    product as product_name,
    series as product_category,
    'USD' as currency,
    sales_price as list_price_amount
from {{ raw('crm_sales', 'products') }}
