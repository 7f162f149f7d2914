-- What each person got from and did with a mailing, one arm per source.
with unioned as (
    select * from {{ ref('stg_mailchimp__campaign_touches') }}
)

select
    touch_id,
    source_name,
    campaign_id,
    contact_id,
    touch_type,
    occurred_at
from unioned
where {{ seen('occurred_at') }}
