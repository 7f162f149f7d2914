-- Changes of deals, with the values from then on, of every CRM that keeps history.
with unioned as (
    {{ union_staged('opportunity_stages', [
        'salesforce',
        'hubspot',
    ]) }}
)

select
    opportunity_stage_id,
    source_name,
    opportunity_id,
    stage_name,
    status,
    {{ iso_currency('currency') }} as currency,
    amount,
    probability,
    close_date,
    changed_at,
    actor_id,
    owner_id
from unioned
where {{ seen('changed_at') }}
