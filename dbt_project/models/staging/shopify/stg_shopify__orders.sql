with source as (select * from {{ ref('stg_shopify__order_rows') }}),

pulled as (
    select
        *,
        from_json(refunds, '[{"transactions": [{"kind": "VARCHAR", "status": "VARCHAR", "amount": "DECIMAL(18,4)"}]}]')
            as given_back
    from {{ ref('stg_shopify__pulled_orders') }}
),

orders as (
    select
        order_id,
        {{ email_contact_id('shopify', 'email') }} as contact_id,
        created_at as ordered_at,
        currency,
        total as gross_amount,
        refunded_amount as refund_amount,
        discount_amount,
        source as sales_channel,
        cancelled_at
    from source
    -- Only the first row of an order carries the order.
    where created_at is not null
    union all
    select
        order_id,
        contact_id,
        created_at,
        currency,
        total_price,
        list_sum(list_transform(
            list_filter(
                flatten(list_transform(given_back, lambda refund: refund.transactions)),
                lambda payment: payment.kind = 'refund' and payment.status = 'success'
            ),
            lambda payment: payment.amount
        )),
        total_discounts,
        source_name,
        cancelled_at
    from pulled
)

select
    order_id,
    'shopify' as source_name,
    contact_id,
    ordered_at,
    'sale' as order_type,
    currency,
    coalesce(gross_amount, 0) as gross_amount,
    cast(coalesce(refund_amount, 0) as decimal(18, 4)) as refund_amount,
    coalesce(discount_amount, 0) as discount_amount,
    sales_channel,
    cancelled_at is not null as is_cancelled
from orders
