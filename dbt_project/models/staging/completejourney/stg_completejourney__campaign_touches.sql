with mailings as (
    select
        mailings.campaign_id || '-' || mailings.household_id as touch,
        mailings.campaign_id,
        mailings.household_id,
        'sent' as touch_type,
        -- Who was mailed is known, but not on which day; no later than the first on which the coupons are good.
        campaigns.start_date as touched_on
    from {{ raw('completejourney', 'campaigns') }} as mailings
    left join {{ raw('completejourney', 'campaign_descriptions') }} as campaigns using (campaign_id)
),

redemptions as (
    select
        campaign_id || '-' || household_id || '-' || coupon_upc || '-' || redemption_date as touch,
        campaign_id,
        household_id,
        'redeemed' as touch_type,
        redemption_date as touched_on
    from {{ raw('completejourney', 'coupon_redemptions') }}
),

touches as (
    select * from mailings
    union all
    select * from redemptions
)

select
    {{ source_id('completejourney', 'touch') }} || '-' || touch_type as touch_id,
    'completejourney' as source_name,
    {{ source_id('completejourney', 'campaign_id') }} as campaign_id,
    {{ source_id('completejourney', 'household_id') }} as contact_id,
    touch_type,
    cast(null as varchar) as variant_name,
    cast(touched_on as timestamp) as occurred_at
from touches
