-- One row per charge and refund of any payment provider, whatever came of it.
select
    payments.payment_id,
    resolved.customer_id,
    payments.source_name,
    payments.order_id,
    payments.subscription_id,
    payments.payment_type,
    payments.status,
    payments.failure_reason,
    payments.occurred_at,
    cast(payments.occurred_at as date) as payment_date,
    payments.currency,
    rates.exchange_rate,
    payments.amount as original_amount,
    {{ converted('payments.amount') }} as amount,
    case
        when payments.status != 'succeeded' then 0
        when payments.payment_type = 'refund' then -{{ converted('payments.amount') }}
        else {{ converted('payments.amount') }}
    end as settled_amount
from (
    select * replace ({{ iso_currency('currency') }} as currency) from {{ ref('int_payments_unioned') }}
) as payments
left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
{{ join_exchange_rates('payments', 'payments.occurred_at') }}
