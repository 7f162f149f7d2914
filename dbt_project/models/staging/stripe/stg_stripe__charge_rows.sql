with api as (
    select
        id as charge_id,
        customer as customer_id,
        coalesce(json_extract_string(billing_details, '$.email'), receipt_email) as email,
        json_extract_string(billing_details, '$.name') as full_name,
        json_extract_string(billing_details, '$.phone') as phone,
        json_extract_string(billing_details, '$.address.country') as country,
        invoice as invoice_id,
        payment_intent as payment_intent_id,
        upper(currency) as currency,
        {{ stripe_amount('amount', 'currency') }} as amount,
        {{ stripe_amount('coalesce(amount_refunded, 0)', 'currency') }} as refunded_amount,
        -- Money that is only reserved has not moved yet.
        case when status = 'succeeded' and not captured then 'pending' else status end as status,
        coalesce(failure_message, failure_code) as failure_reason,
        {{ unix_moment('created') }} as created_at,
        cast(null as timestamp) as refunded_at,
        1 as preference
    from {{ raw('stripe', 'charges') }}
    -- Test data is nobody's money.
    where livemode is distinct from false
),

dashboard as (
    select
        id,
        customer_id,
        customer_email,
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        invoice_id,
        payment_intent_id,
        upper(currency),
        amount,
        coalesce(amount_refunded, 0),
        case
            when lower(status) in ('failed', 'blocked') then 'failed'
            when lower(status) in ('canceled', 'cancelled', 'expired') then 'cancelled'
            when not captured or lower(status) in ('uncaptured', 'incomplete', 'pending') then 'pending'
            when lower(status) like 'requires%' then 'pending'
            when lower(status) in ('paid', 'succeeded', 'refunded', 'partially refunded', 'partial refund', 'disputed')
                then 'succeeded'
        end,
        decline_reason,
        created,
        refunded_date,
        2
    from {{ raw('stripe', 'dashboard_payments') }}
    where lower(mode) is distinct from 'test'
)

select
    *,
    coalesce({{ source_id('stripe', 'customer_id') }}, {{ email_contact_id('stripe', 'email') }}) as contact_id
from (select * from api union all select * from dashboard)
qualify row_number() over (partition by charge_id order by preference) = 1
