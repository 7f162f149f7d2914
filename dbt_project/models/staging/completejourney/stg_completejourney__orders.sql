-- A basket is one household in one shop at one moment, so any of its lines says all but the amounts.
select
    {{ source_id('completejourney', 'basket_id') }} as order_id,
    'completejourney' as source_name,
    {{ source_id('completejourney', 'any_value(household_id)') }} as contact_id,
    min(transaction_timestamp) as ordered_at,
    'sale' as order_type,
    'USD' as currency,
    cast(sum(sales_value) as decimal(18, 4)) as gross_amount,
    cast(0 as decimal(18, 4)) as refund_amount,
    cast(sum(coalesce(retail_disc, 0) + coalesce(coupon_match_disc, 0)) as decimal(18, 4)) as discount_amount,
    'shop' as sales_channel,
    false as is_cancelled
from {{ raw('completejourney', 'transactions') }}
group by basket_id
