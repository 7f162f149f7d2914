with received as (
    select campaign_id, member_id, combination_id as variant_name from {{ raw('mailchimp', 'campaign_recipients') }}
    union
    select campaign_id, email_id, absplit_group from {{ raw('mailchimp', 'sent_to') }}
    union
    select automation_mail_id, member_id, cast(null as varchar) from {{ raw('mailchimp', 'automation_recipients') }}
),

sent as (
    -- Mailchimp keeps no send time per recipient: everybody was reached when the campaign was sent. When an automation
    -- reached somebody is not known at all.
    select
        received.campaign_id, received.member_id, 'sent' as touch_type, received.variant_name,
        campaigns.sent_at as occurred_at
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
    union all
    select automation_mail_id, member_id, action, occurred_at from {{ raw('mailchimp', 'automation_activity') }}
),

-- An address is cleaned because of a bounce, which the export of members tells where no activity does.
cleaned as (
    select cleaned.clean_campaign_id, md5({{ email_key('cleaned.email_address') }}), 'bounce', cleaned.clean_time
    from {{ raw('mailchimp', 'cleaned_members') }} as cleaned
    anti join answers
        on
            answers.campaign_id = cleaned.clean_campaign_id
            and answers.member_id = md5({{ email_key('cleaned.email_address') }})
            and answers.action = 'bounce'
    where cleaned.clean_campaign_id is not null and cleaned.clean_time is not null
),

responded as (
    select
        campaign_id,
        member_id,
        case action when 'open' then 'opened' when 'click' then 'clicked' when 'bounce' then 'bounced' end
            as touch_type,
        cast(null as varchar) as variant_name,
        occurred_at
    from (select * from answers union all select * from cleaned)
),

left_audience as (
    select
        unsub_campaign_id as campaign_id,
        md5({{ email_key('email_address') }}) as member_id,
        'unsubscribed' as touch_type,
        cast(null as varchar) as variant_name,
        unsub_time as occurred_at
    from {{ raw('mailchimp', 'unsubscribed_members') }}
    where unsub_time is not null
    union all
    select campaign_id, email_id, 'unsubscribed', null, "timestamp" from {{ raw('mailchimp', 'unsubscribes') }}
),

touches as (
    select * from sent
    union all
    select * from responded
    union all
    select * from left_audience
)

-- What both an export and a pull hold is one touch; so are two clicks of a member in one second. Which version of a mail
-- somebody got stands on the send.
select
    'mailchimp:' || concat_ws(
        '-', coalesce(campaign_id, 'none'), member_id, touch_type,
        case when touch_type <> 'sent' then strftime(occurred_at, '%Y%m%dT%H%M%S') end
    ) as touch_id,
    'mailchimp' as source_name,
    {{ source_id('mailchimp', 'campaign_id') }} as campaign_id,
    {{ source_id('mailchimp', 'member_id') }} as contact_id,
    touch_type,
    max(nullif(variant_name, '')) as variant_name,
    date_trunc('second', occurred_at) as occurred_at
from touches
group by all
