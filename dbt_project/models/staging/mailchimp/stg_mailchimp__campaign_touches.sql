with received as (
    select campaign_id, member_id from {{ raw('mailchimp', 'campaign_recipients') }}
    union
    select campaign_id, email_id from {{ raw('mailchimp', 'sent_to') }}
),

sent as (
    -- Mailchimp keeps no send time per recipient: everybody was reached when the campaign was sent.
    select received.campaign_id, received.member_id, 'sent' as touch_type, campaigns.sent_at as occurred_at
    from received
    left join {{ ref('stg_mailchimp__campaigns') }} as campaigns
        on campaigns.campaign_id = {{ source_id('mailchimp', 'received.campaign_id') }}
),

answers as (
    select campaign_id, member_id, action, occurred_at from {{ raw('mailchimp', 'campaign_activity') }}
    union all
    select campaign_id, email_id, answer.action, cast(cast(answer.timestamp as timestamptz) as timestamp)
    from (
        select
            campaign_id,
            email_id,
            unnest(from_json(activity, '[{"action": "VARCHAR", "timestamp": "VARCHAR"}]')) as answer
        from {{ raw('mailchimp', 'email_activity') }}
    )
    where answer.action in ('open', 'click', 'bounce')
),

responded as (
    select
        campaign_id,
        member_id,
        case action when 'open' then 'opened' when 'click' then 'clicked' when 'bounce' then 'bounced' end
            as touch_type,
        occurred_at
    from answers
),

left_audience as (
    select
        unsub_campaign_id as campaign_id,
        md5({{ email_key('email_address') }}) as member_id,
        'unsubscribed' as touch_type,
        unsub_time as occurred_at
    from {{ raw('mailchimp', 'unsubscribed_members') }}
    where unsub_time is not null
    union all
    select campaign_id, email_id, 'unsubscribed', "timestamp" from {{ raw('mailchimp', 'unsubscribes') }}
),

touches as (
    select * from sent
    union all
    select * from responded
    union all
    select * from left_audience
)

-- What both an export and a pull hold is one touch; so are two clicks of a member in one second.
select distinct
    'mailchimp:' || concat_ws(
        '-', coalesce(campaign_id, 'none'), member_id, touch_type,
        case when touch_type <> 'sent' then strftime(occurred_at, '%Y%m%dT%H%M%S') end
    ) as touch_id,
    'mailchimp' as source_name,
    {{ source_id('mailchimp', 'campaign_id') }} as campaign_id,
    {{ source_id('mailchimp', 'member_id') }} as contact_id,
    touch_type,
    date_trunc('second', occurred_at) as occurred_at
from touches
