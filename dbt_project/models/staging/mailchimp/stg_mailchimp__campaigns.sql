with source as (select * from {{ raw('mailchimp', 'campaigns') }}),

pulled as (select * from {{ raw('mailchimp', 'api_campaigns') }}),

reports as (select * from {{ raw('mailchimp', 'campaign_reports') }}),

campaigns as (
    select
        id,
        settings ->> '$.title' as title,
        settings ->> '$.subject_line' as subject_line,
        coalesce(nullif(recipients ->> '$.list_name', ''), recipients ->> '$.list_id') as list_name,
        send_time
    from pulled
    union all
    select id, title, subject_line, list_id, send_time from source
    -- What is pulled is newer than a connector's row: it comes every night.
    where id not in (select id from pulled)
    union all
    select unique_id, title, subject_line, list, send_date from reports
    where unique_id not in (select id from pulled union all select id from source)
    union all
    -- A mail of an automation goes out whenever a person sets it off: it is a campaign without a day.
    select id, title, subject_line, cast(null as varchar), cast(null as timestamp)
    from {{ raw('mailchimp', 'automation_emails') }}
)

select
    {{ source_id('mailchimp', 'campaigns.id') }} as campaign_id,
    'mailchimp' as source_name,
    nullif(campaigns.title, '') as campaign_name,
    nullif(campaigns.subject_line, '') as subject_line,
    'email' as channel,
    -- Reports name the audience of which connectors know the id.
    coalesce(nullif(reports.list, ''), nullif(campaigns.list_name, '')) as list_name,
    campaigns.send_time as sent_at,
    -- The export names no currency, so it counts as the reporting one.
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as budget_amount,
    -- What is no plain number ("n/a") is not known.
    try_cast(reports.campaign_cost as decimal(18, 4)) as cost_amount
from campaigns
left join reports on reports.unique_id = campaigns.id
