with source as (
    select
        *,
        case
            when type = 'Received Email' then 'sent'
            when type = 'Opened Email' then 'opened'
            when type = 'Clicked Email' then 'clicked'
            when type in ('Bounced Email', 'Dropped Email') then 'bounced'
            when type in ({{ klaviyo_refusals() }}) then 'unsubscribed'
        end as touch_type
    from {{ raw('klaviyo', 'events') }}
    where is_deleted is distinct from true
)

select
    {{ source_id('klaviyo', 'id') }} as touch_id,
    'klaviyo' as source_name,
    {{ source_id('klaviyo', "coalesce(nullif(campaign_id, ''), flow_id)") }} as campaign_id,
    {{ source_id('klaviyo', 'person_id') }} as contact_id,
    touch_type,
    nullif(variation, '') as variant_name,
    occurred_at
from source
where touch_type is not null
