with source as (select * from {{ raw('mailchimp', 'campaigns') }}),

pulled as (select * from {{ raw('mailchimp', 'api_campaigns') }}),

campaigns as (
    select id, settings ->> '$.title' as title, settings ->> '$.subject_line' as subject_line, send_time from pulled
    union all
    select id, title, subject_line, send_time from source
    -- What is pulled is newer than a connector's row: it comes every night.
    where id not in (select id from pulled)
    union all
    select unique_id, title, subject_line, send_date from {{ raw('mailchimp', 'campaign_reports') }}
    where unique_id not in (select id from pulled union all select id from source)
    union all
    -- A mail of an automation goes out whenever a person sets it off: it is a campaign without a day.
    select id, title, subject_line, cast(null as timestamp) from {{ raw('mailchimp', 'automation_emails') }}
)

select
    {{ source_id('mailchimp', 'id') }} as campaign_id,
    'mailchimp' as source_name,
    nullif(title, '') as campaign_name,
    nullif(subject_line, '') as subject_line,
    send_time as sent_at
from campaigns
