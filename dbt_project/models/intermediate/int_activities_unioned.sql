-- Calls, meetings, e-mails, notes and tasks of every CRM, calendar and mailbox, and what people say in public.
with unioned as (
    {{ union_staged('activities', [
        'hubspot',
        'zoho',
        'mentions',
        'salesforce',
        'calendar',
        'pipedrive',
        'dynamics365',
        'mailbox',
        'generic',
    ]) }}
)

select
    activity_id,
    source_name,
    activity_type,
    direction,
    occurred_at,
    contact_id,
    account_id,
    opportunity_id,
    owner_id,
    outcome
from unioned
where {{ seen('occurred_at') }}
