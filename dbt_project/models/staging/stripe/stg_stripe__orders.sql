-- Paid invoices. A charge without an invoice is a payment only: the shop that took it exports the order itself, and it
-- would count twice.
with invoices as (select * from {{ ref('stg_stripe__invoice_rows') }} where status = 'paid'),

refunds as (
    select
        order_id,
        sum(amount) as refund_amount
    from {{ ref('stg_stripe__payments') }}
    where payment_type = 'refund' and status = 'succeeded'
    group by order_id
)

select
    {{ source_id('stripe', 'invoices.invoice_id') }} as order_id,
    'stripe' as source_name,
    invoices.contact_id,
    -- Until it is paid an invoice is only asked for.
    invoices.paid_at as ordered_at,
    case when invoices.total < 0 then 'refund' else 'sale' end as order_type,
    invoices.currency,
    greatest(invoices.total, 0) as gross_amount,
    -- A refund usually has its credit note, and a credit note may be paid out as credit: the larger of the two.
    cast(
        case
            when invoices.total < 0 then -invoices.total
            else greatest(coalesce(refunds.refund_amount, 0), invoices.credited_amount)
        end as decimal(18, 4)
    ) as refund_amount,
    invoices.discount_amount,
    invoices.billing_reason as sales_channel,
    false as is_cancelled
from invoices
left join refunds on refunds.order_id = {{ source_id('stripe', 'invoices.invoice_id') }}
