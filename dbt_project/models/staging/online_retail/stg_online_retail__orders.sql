with source as (select * from {{ raw('online_retail', 'invoice_lines') }}),

invoices as (
    select
        invoice_no,
        max(regexp_replace(customer_id, '\.0$', '')) as customer_id,
        min(invoice_date) as ordered_at,
        cast(sum(quantity * unit_price) as decimal(18, 4)) as total_amount
    from source
    group by invoice_no
)

select
    {{ source_id('online_retail', 'invoice_no') }} as order_id,
    'online_retail' as source_name,
    {{ source_id('online_retail', 'customer_id') }} as contact_id,
    ordered_at,
    case left(invoice_no, 1) when 'C' then 'refund' when 'A' then 'adjustment' else 'sale' end as order_type,
    'GBP' as currency,
    -- Split by sign, so that gross less refund is the invoice total whatever kind of invoice it is.
    greatest(total_amount, 0) as gross_amount,
    greatest(-total_amount, 0) as refund_amount,
    cast(null as decimal(18, 4)) as discount_amount,
    'online' as sales_channel,
    false as is_cancelled
from invoices
