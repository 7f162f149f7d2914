with source as (select * from {{ ref('stg_generic__order_rows') }}),

-- Order-level cells stand on every line, on the first one, or on the only row; where rows differ, the last one counts.
orders as (
    select
        order_id,
        source_name,
        arg_max(contact_id, row_number) as contact_id,
        arg_max(ordered_at, row_number) as ordered_at,
        arg_max(order_type, row_number) as order_type,
        upper(trim(arg_max(currency, row_number))) as currency,
        coalesce(
            arg_max(gross_amount, row_number),
            sum(coalesce(line_amount, coalesce(quantity, 1) * unit_price_amount)),
            0
        ) as total_amount,
        coalesce(arg_max(refund_amount, row_number), 0) as refund_amount,
        coalesce(arg_max(discount_amount, row_number), 0) as discount_amount,
        arg_max(sales_channel, row_number) as sales_channel,
        coalesce(arg_max(is_cancelled, row_number), false) as is_cancelled
    from source
    group by order_id, source_name
)

select
    order_id,
    source_name,
    contact_id,
    ordered_at,
    coalesce(order_type, case when total_amount < 0 then 'refund' else 'sale' end) as order_type,
    coalesce(currency, '{{ var("reporting_currency") }}') as currency,
    -- A credit note is money back, whether its amount is written with a minus or not.
    cast(case when total_amount < 0 or order_type = 'refund' then 0 else total_amount end as decimal(18, 4))
        as gross_amount,
    cast(case
        when total_amount < 0 or order_type = 'refund' then greatest(abs(total_amount), refund_amount)
        else refund_amount
    end as decimal(18, 4)) as refund_amount,
    discount_amount,
    sales_channel,
    is_cancelled
from orders
