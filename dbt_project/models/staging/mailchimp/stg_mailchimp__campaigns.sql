with source as (select * from {{ raw('mailchimp', 'campaigns') }})

select
    {{ source_id('mailchimp', 'id') }} as campaign_id,
    'mailchimp' as source_name,
    title as campaign_name,
    subject_line,
    send_time as sent_at
from source
