with source as (
    select
        email_address,
        true as has_marketing_consent,
        coalesce(confirm_time, optin_time, last_changed) as changed_at,
        last_changed as known_at
    from {{ raw('mailchimp', 'subscribed_members') }}
    union all
    select email_address, false, coalesce(unsub_time, last_changed), greatest(unsub_time, last_changed)
    from {{ raw('mailchimp', 'unsubscribed_members') }}
    union all
    -- Nobody is left at an address that was cleaned, and who is not subscribed never said yes.
    select email_address, false, coalesce(clean_time, last_changed), greatest(clean_time, last_changed)
    from {{ raw('mailchimp', 'cleaned_members') }}
    union all
    select email_address, false, last_changed, last_changed from {{ raw('mailchimp', 'nonsubscribed_members') }}
    union all
    select
        email_address,
        status = 'subscribed',
        case when status = 'subscribed' then coalesce(timestamp_opt, timestamp_signup, last_changed) else last_changed end,
        last_changed
    from {{ raw('mailchimp', 'members') }}
)

-- Somebody who left, or came back, stands in several lists: the newest record holds, and in doubt nobody has consented.
select
    {{ email_contact_id('mailchimp', 'email_address') }} as contact_id,
    'mailchimp' as source_name,
    has_marketing_consent,
    changed_at
from source
where {{ email_key('email_address') }} is not null
qualify row_number() over (
    partition by contact_id order by known_at desc nulls last, has_marketing_consent, changed_at desc
) = 1
