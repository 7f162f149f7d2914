with source as (
    select * from {{ raw('mailchimp', 'subscribed_members') }}
    union all by name
    select * from {{ raw('mailchimp', 'unsubscribed_members') }}
    union all by name
    select * from {{ raw('mailchimp', 'cleaned_members') }}
    union all by name
    select * from {{ raw('mailchimp', 'nonsubscribed_members') }}
    union all by name
    select
        email_address,
        full_name,
        merge_fields ->> '$.PHONE' as phone,
        location ->> '$.country_code' as cc,
        coalesce(timestamp_signup, timestamp_opt) as optin_time,
        last_changed,
        _loaded_at,
        _load_id,
        _source_row
    from {{ raw('mailchimp', 'members') }}
)

select
    {{ email_contact_id('mailchimp', 'email_address') }} as contact_id,
    'mailchimp' as source_name,
    {{ email_key('email_address') }} as email,
    nullif(trim(coalesce(full_name, concat_ws(' ', first_name, last_name))), '') as full_name,
    nullif(phone, '') as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    nullif(cc, '') as country,
    optin_time as created_at,
    last_changed as updated_at
from source
where {{ email_key('email_address') }} is not null
qualify row_number() over (
    partition by contact_id order by last_changed desc nulls last, _loaded_at desc, _load_id desc, _source_row desc
) = 1
