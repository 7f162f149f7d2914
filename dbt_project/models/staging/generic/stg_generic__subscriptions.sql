with source as (select * from {{ raw('generic', 'generic_subscriptions') }})

select
    {{ generic_id('subscription_id') }} as subscription_id,
    source_name,
    {{ generic_contact_id() }} as contact_id,
    {{ generic_id('product_id') }} as product_id,
    coalesce(nullif(trim(product_name), ''), nullif(trim(product_id), '')) as product_name,
    coalesce(status, case when ended_at < {{ as_of() }} then 'ended' else 'active' end) as status,
    upper(nullif(trim(currency), '')) as currency,
    recurring_amount,
    coalesce(billing_period, 'month') as billing_period,
    coalesce(count_billing_periods, 1) as count_billing_periods,
    quantity,
    started_at,
    trial_ends_at,
    cancelled_at,
    ended_at,
    started_at as created_at,
    updated_at
from source
