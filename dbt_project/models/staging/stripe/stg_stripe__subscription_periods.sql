-- What a subscription was billed for a whole period: the regular lines of an invoice. Lines that settle a change in the
-- middle of a period are no price of anything.
with lines as (
    select
        subscription_id as invoiced_subscription_id,
        currency,
        unnest({{ stripe_list('lines') }}) as line
    from {{ ref('stg_stripe__invoice_rows') }}
    where status in ('paid', 'open')
),

priced as (
    select
        coalesce(
            json_extract_string(line, '$.subscription'),
            json_extract_string(line, '$.parent.subscription_item_details.subscription'),
            invoiced_subscription_id
        ) as subscription_id,
        currency,
        coalesce(
            json_extract_string(line, '$.pricing.price_details.product'),
            json_extract_string(line, '$.price.product'),
            json_extract_string(line, '$.plan.product')
        ) as product_id,
        coalesce(json_extract_string(line, '$.price.nickname'), json_extract_string(line, '$.plan.nickname')) as nickname,
        cast(json_extract_string(line, '$.amount') as bigint) as amount,
        {{ unix_moment("json_extract(line, '$.period.start')") }} as started_at,
        {{ unix_moment("json_extract(line, '$.period.end')") }} as ended_at,
        coalesce(
            cast(json_extract_string(line, '$.proration') as boolean),
            cast(json_extract_string(line, '$.parent.subscription_item_details.proration') as boolean),
            false
        ) as is_proration
    from lines
)

select
    {{ source_id('stripe', 'priced.subscription_id') }} || '@' || epoch_ms(priced.started_at) // 1000
        as subscription_period_id,
    'stripe' as source_name,
    {{ source_id('stripe', 'priced.subscription_id') }} as subscription_id,
    {{ source_id('stripe', 'arg_max(priced.product_id, priced.amount)') }} as product_id,
    arg_max(coalesce(products.name, priced.nickname), priced.amount) as product_name,
    min(priced.currency) as currency,
    cast(sum({{ stripe_amount('priced.amount', 'priced.currency') }}) as decimal(18, 4)) as recurring_amount,
    priced.started_at,
    max(priced.ended_at) as ended_at
from priced
left join {{ raw('stripe', 'products') }} as products on products.id = priced.product_id
-- A line that bills a moment, such as a fee, is no period.
where priced.subscription_id is not null and priced.ended_at > priced.started_at and not priced.is_proration
group by priced.subscription_id, priced.started_at
