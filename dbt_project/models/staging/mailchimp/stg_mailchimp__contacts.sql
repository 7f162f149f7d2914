with source as (
    select * from {{ raw('mailchimp', 'subscribed_members') }}
    union all by name
    select * from {{ raw('mailchimp', 'unsubscribed_members') }}
)

select
    {{ email_contact_id('mailchimp', 'email_address') }} as contact_id,
    'mailchimp' as source_name,
    {{ email_key('email_address') }} as email,
    nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
    cast(null as varchar) as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    cc as country,
    optin_time as created_at,
    last_changed as updated_at
from source
where {{ email_key('email_address') }} is not null
qualify row_number() over (
    partition by contact_id order by last_changed desc nulls last, _loaded_at desc, _load_id desc, _source_row desc
) = 1
