-- Mailings of every mailing tool, one arm per source.
with unioned as (
    select * from {{ ref('stg_mailchimp__campaigns') }}
)

select
    campaign_id,
    source_name,
    campaign_name,
    subject_line,
    sent_at
from unioned
where {{ seen('sent_at') }}
