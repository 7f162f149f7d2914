with items as (
    select
        id,
        currency,
        unnest({{ stripe_list('items') }}) as item,
        generate_subscripts({{ stripe_list('items') }}, 1) as position
    from {{ raw('stripe', 'subscriptions') }}
),

-- Items of one subscription are nearly always billed together; where not, the first one's period is named.
bundles as (
    select
        id,
        arg_min(coalesce(
            json_extract_string(item, '$.price.product'), json_extract_string(item, '$.plan.product')
        ), position) as product_id,
        arg_min(coalesce(
            json_extract_string(item, '$.price.nickname'), json_extract_string(item, '$.plan.nickname')
        ), position) as nickname,
        arg_min(coalesce(
            json_extract_string(item, '$.price.recurring.interval'), json_extract_string(item, '$.plan.interval')
        ), position) as billing_period,
        arg_min(cast(coalesce(
            json_extract_string(item, '$.price.recurring.interval_count'),
            json_extract_string(item, '$.plan.interval_count')
        ) as bigint), position) as count_billing_periods,
        cast(sum(coalesce(cast(json_extract_string(item, '$.quantity') as bigint), 1)) as bigint) as quantity,
        sum({{ stripe_amount(
            "coalesce(json_extract_string(item, '$.price.unit_amount_decimal'),
                json_extract_string(item, '$.price.unit_amount'), json_extract_string(item, '$.plan.amount'))",
            "coalesce(json_extract_string(item, '$.price.currency'), currency)"
        ) }} * coalesce(cast(json_extract_string(item, '$.quantity') as bigint), 1)) as recurring_amount
    from items
    group by id
),

api as (
    select
        api.id as subscription_id, api.customer as customer_id, bundles.product_id,
        coalesce(products.name, bundles.nickname) as product_name, api.status, upper(api.currency) as currency,
        bundles.recurring_amount, bundles.billing_period, bundles.count_billing_periods, bundles.quantity,
        {{ unix_moment('coalesce(api.start_date, api.created)') }} as started_at,
        {{ unix_moment('api.trial_end') }} as trial_ends_at,
        {{ unix_moment('api.canceled_at') }} as cancelled_at, {{ unix_moment('api.ended_at') }} as ended_at,
        {{ unix_moment('api.created') }} as created_at, 1 as preference
    from {{ raw('stripe', 'subscriptions') }} as api
    left join bundles using (id)
    left join {{ raw('stripe', 'products') }} as products on products.id = bundles.product_id
    -- Test data is nobody's money.
    where api.livemode is distinct from false
),

dashboard as (
    select
        id, customer_id, product, plan, status, upper(currency), amount * coalesce(quantity, 1),
        lower(billing_interval), 1, quantity, coalesce(start_date, started, created), trial_end, canceled_at, ended_at,
        created, 2
    from {{ raw('stripe', 'dashboard_subscriptions') }}
)

select
    {{ source_id('stripe', 'subscription_id') }} as subscription_id,
    'stripe' as source_name,
    {{ source_id('stripe', 'customer_id') }} as contact_id,
    {{ source_id('stripe', 'product_id') }} as product_id,
    product_name,
    case
        when status in ('canceled', 'incomplete_expired') then 'ended'
        when status = 'unpaid' then 'past_due'
        else status
    end as status,
    currency,
    cast(recurring_amount as decimal(18, 4)) as recurring_amount,
    billing_period,
    cast(count_billing_periods as bigint) as count_billing_periods,
    quantity,
    started_at,
    trial_ends_at,
    cancelled_at,
    ended_at,
    created_at,
    cast(null as timestamp) as updated_at
from (select * from api union all select * from dashboard)
qualify row_number() over (partition by subscription_id order by preference) = 1
