-- What colleagues planned to do in every CRM. Who ticked it off after as_of_date still had it open on that day.
with unioned as (
    {{ union_staged('follow_ups', [
        'hubspot',
        'zoho',
        'salesforce',
        'pipedrive',
    ]) }}
)

select
    follow_up_id,
    source_name,
    contact_id,
    account_id,
    opportunity_id,
    owner_id,
    created_at,
    due_date,
    is_done and {{ seen('done_at') }} as is_done
from unioned
where {{ seen('created_at') }}
