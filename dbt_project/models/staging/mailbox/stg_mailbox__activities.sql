select
    'mailbox:' || md5(message_id) || '-' || split_part(contact_id, ':', 2) as activity_id,
    'mailbox' as source_name,
    'email' as activity_type,
    case when is_outbound then 'outbound' else 'inbound' end as direction,
    sent_at as occurred_at,
    contact_id,
    cast(null as varchar) as account_id,
    cast(null as varchar) as opportunity_id,
    case when is_outbound then {{ email_contact_id('mailbox', 'from_email') }} end as owner_id,
    cast(null as varchar) as outcome
from {{ ref('stg_mailbox__correspondent_rows') }}
