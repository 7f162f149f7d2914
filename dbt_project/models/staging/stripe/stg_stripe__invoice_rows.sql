with api as (
    select
        id as invoice_id,
        customer as customer_id,
        customer_email as email,
        customer_name as full_name,
        customer_phone as phone,
        json_extract_string(customer_address, '$.country') as country,
        coalesce(
            subscription, json_extract_string(parent, '$.subscription_details.subscription')
        ) as subscription_id,
        -- What may name the invoice's payment: its charge, or a payment intent, which newer versions keep in a list.
        list_filter(
            list_concat(
                [charge, payment_intent],
                coalesce(json_extract_string(payments, '$.data[*].payment.payment_intent'), [])
            ),
            lambda reference: reference is not null
        ) as payment_references,
        status,
        upper(currency) as currency,
        {{ stripe_amount('total', 'currency') }} as total,
        {{ stripe_amount(
            "coalesce(list_sum(cast(json_extract(total_discount_amounts, '$[*].amount') as bigint[])), 0)", 'currency'
        ) }} as discount_amount,
        {{ stripe_amount('coalesce(post_payment_credit_notes_amount, 0)', 'currency') }} as credited_amount,
        billing_reason,
        coalesce(
            {{ unix_moment("json_extract(status_transitions, '$.paid_at')") }}, {{ unix_moment('created') }}
        ) as paid_at,
        lines,
        1 as preference
    from {{ raw('stripe', 'invoices') }}
    -- Test data is nobody's money.
    where livemode is distinct from false
),

dashboard as (
    select
        id,
        customer,
        customer_email,
        customer_name,
        cast(null as varchar),
        cast(null as varchar),
        subscription,
        list_filter([charge], lambda reference: reference is not null),
        status,
        upper(currency),
        total,
        coalesce(total_discount_amount, 0),
        0,
        cast(null as varchar),
        coalesce(paid_at, created),
        cast(null as varchar),
        2
    from {{ raw('stripe', 'dashboard_invoices') }}
)

select
    *,
    coalesce({{ source_id('stripe', 'customer_id') }}, {{ email_contact_id('stripe', 'email') }}) as contact_id
from (select * from api union all select * from dashboard)
qualify row_number() over (partition by invoice_id order by preference) = 1
