-- Lists of products as every source keeps them today.
with unioned as (
    {{ union_staged('products', [
        'stripe',
        'crm_sales',
        'olist',
        'completejourney',
    ]) }}
)

select
    product_id,
    source_name,
    product_name,
    product_category,
    currency,
    list_price_amount
from unioned
