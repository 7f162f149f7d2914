with invoices as (
    select
        unnest(payment_references) as reference,
        invoice_id
    from {{ ref('stg_stripe__invoice_rows') }}
),

-- The invoice as the charge names it, or as the invoice names the charge.
links as (
    select
        reference,
        min(invoice_id) as invoice_id
    from invoices
    group by reference
),

charges as (
    select
        charges.*,
        coalesce(charges.invoice_id, by_charge.invoice_id, by_intent.invoice_id) as paid_invoice_id
    from {{ ref('stg_stripe__charge_rows') }} as charges
    left join links as by_charge on by_charge.reference = charges.charge_id
    left join links as by_intent on by_intent.reference = charges.payment_intent_id
),

refunds as (
    select
        refunds.id as refund_id,
        coalesce(refunds.charge, by_intent.charge_id) as charge_id,
        case refunds.status
            when 'canceled' then 'cancelled'
            when 'requires_action' then 'pending'
            else coalesce(refunds.status, 'succeeded')
        end as status,
        upper(refunds.currency) as currency,
        {{ stripe_amount('refunds.amount', 'refunds.currency') }} as amount,
        refunds.failure_reason,
        {{ unix_moment('refunds.created') }} as refunded_at
    from {{ raw('stripe', 'refunds') }} as refunds
    -- An intent may be tried several times, but only one charge of it succeeds.
    left join charges as by_intent
        on by_intent.payment_intent_id = refunds.payment_intent and by_intent.status = 'succeeded'
),

known_refunds as (
    select
        charge_id,
        sum(amount) as amount
    from refunds
    where status in ('succeeded', 'pending')
    group by charge_id
),

-- What a charge says was given back beyond the refunds that are known one by one.
other_refunds as (
    select
        charges.charge_id || '-refunded' as refund_id,
        charges.charge_id,
        'succeeded' as status,
        charges.currency,
        charges.refunded_amount - coalesce(known_refunds.amount, 0) as amount,
        cast(null as varchar) as failure_reason,
        charges.refunded_at
    from charges
    left join known_refunds using (charge_id)
    where charges.refunded_amount > coalesce(known_refunds.amount, 0)
),

all_refunds as (
    select * from refunds
    union all
    select * from other_refunds
),

payments as (
    select
        charge_id as payment_id, contact_id, paid_invoice_id, 'charge' as payment_type, status, currency, amount,
        failure_reason, created_at as occurred_at
    from charges
    union all
    select
        refunds.refund_id, charges.contact_id, charges.paid_invoice_id, 'refund', refunds.status, refunds.currency,
        refunds.amount, refunds.failure_reason, refunds.refunded_at
    from all_refunds as refunds
    left join charges using (charge_id)
)

select
    {{ source_id('stripe', 'payments.payment_id') }} as payment_id,
    'stripe' as source_name,
    payments.contact_id,
    {{ source_id('stripe', 'payments.paid_invoice_id') }} as order_id,
    {{ source_id('stripe', 'invoices.subscription_id') }} as subscription_id,
    payments.payment_type,
    payments.status,
    payments.currency,
    cast(payments.amount as decimal(18, 4)) as amount,
    payments.failure_reason,
    payments.occurred_at
from payments
left join {{ ref('stg_stripe__invoice_rows') }} as invoices on invoices.invoice_id = payments.paid_invoice_id
