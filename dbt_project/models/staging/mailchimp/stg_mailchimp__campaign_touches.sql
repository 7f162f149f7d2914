with source as (select * from {{ raw('mailchimp', 'campaign_recipients') }}),

sent as (
    -- Mailchimp keeps no send time per recipient: everybody was reached when the campaign was sent.
    select source.campaign_id, source.member_id, 'sent' as touch_type, campaigns.send_time as occurred_at
    from source
    left join {{ raw('mailchimp', 'campaigns') }} as campaigns on campaigns.id = source.campaign_id
),

responded as (
    select
        campaign_id,
        member_id,
        case action when 'open' then 'opened' when 'click' then 'clicked' when 'bounce' then 'bounced' end
            as touch_type,
        occurred_at
    from {{ raw('mailchimp', 'campaign_activity') }}
),

left_audience as (
    select
        unsub_campaign_id as campaign_id,
        md5({{ email_key('email_address') }}) as member_id,
        'unsubscribed' as touch_type,
        unsub_time as occurred_at
    from {{ raw('mailchimp', 'unsubscribed_members') }}
    where unsub_time is not null
),

touches as (
    select * from sent
    union all
    select * from responded
    union all
    select * from left_audience
)

select
    'mailchimp:' || concat_ws(
        '-', coalesce(campaign_id, 'none'), member_id, touch_type,
        case when touch_type <> 'sent' then strftime(occurred_at, '%Y%m%dT%H%M%S') end
    ) as touch_id,
    'mailchimp' as source_name,
    {{ source_id('mailchimp', 'campaign_id') }} as campaign_id,
    {{ source_id('mailchimp', 'member_id') }} as contact_id,
    touch_type,
    occurred_at
from touches
