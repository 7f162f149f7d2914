with lines as (
    select
        invoice_id,
        currency,
        unnest({{ stripe_list('lines') }}) as line,
        generate_subscripts({{ stripe_list('lines') }}, 1) as line_number
    from {{ ref('stg_stripe__invoice_rows') }}
    where status = 'paid'
),

-- The price of a line has moved twice with the versions of the API: plan, then price, then pricing.
priced as (
    select
        invoice_id,
        currency,
        line_number,
        coalesce(
            json_extract_string(line, '$.pricing.price_details.product'),
            json_extract_string(line, '$.price.product'),
            json_extract_string(line, '$.plan.product')
        ) as product_id,
        coalesce(json_extract_string(line, '$.price.nickname'), json_extract_string(line, '$.plan.nickname')) as nickname,
        json_extract_string(line, '$.description') as description,
        cast(json_extract_string(line, '$.quantity') as bigint) as quantity,
        coalesce(
            json_extract_string(line, '$.pricing.unit_amount_decimal'),
            json_extract_string(line, '$.price.unit_amount_decimal'),
            json_extract_string(line, '$.price.unit_amount'),
            json_extract_string(line, '$.plan.amount')
        ) as unit_amount,
        cast(json_extract_string(line, '$.amount') as bigint)
        - coalesce(list_sum(cast(json_extract(line, '$.discount_amounts[*].amount') as bigint[])), 0) as amount
    from lines
)

select
    {{ source_id('stripe', 'priced.invoice_id') }} || '-' || priced.line_number as order_line_id,
    {{ source_id('stripe', 'priced.invoice_id') }} as order_id,
    'stripe' as source_name,
    {{ source_id('stripe', 'priced.product_id') }} as product_id,
    coalesce(products.name, priced.nickname, priced.description) as product_name,
    priced.quantity,
    {{ stripe_amount('priced.unit_amount', 'priced.currency') }} as unit_price_amount,
    {{ stripe_amount('priced.amount', 'priced.currency') }} as line_amount
from priced
left join {{ raw('stripe', 'products') }} as products on products.id = priced.product_id
