with members as (
    select
        members.id,
        {{ salesforce_id('members.campaign_id') }} as campaign_id,
        coalesce(
            {{ salesforce_id('members.contact_id') }}, persons.contact_id, {{ salesforce_id('members.lead_id') }}
        ) as contact_id,
        lower(trim(members.status)) as status,
        coalesce(members.has_responded, false) as has_responded,
        -- Nobody was reached before the campaign began.
        greatest(members.created_date, cast(campaigns.start_date as timestamp)) as joined_at,
        cast(members.first_responded_date as timestamp) as responded_at,
        members.last_modified_date as changed_at
    from {{ salesforce_kept('campaign_members') }} as members
    left join {{ salesforce_kept('campaigns') }} as campaigns
        on campaigns.id = {{ salesforce_id('members.campaign_id') }}
    left join {{ ref('stg_salesforce__person_records') }} as persons
        on persons.record_id = {{ salesforce_id('members.lead_id') }}
),

-- Organisations word the status themselves. A word that says nothing of a message sent or answered makes no touch.
touches as (
    select *, 'sent' as touch_type, joined_at as occurred_at
    from members
    where status in (
        'sent', 'mailed', 'emailed', 'received', 'invited', 'responded', 'opened', 'clicked', 'bounced', 'unsubscribed',
        'opted out'
    )

    union all

    select *, 'replied', greatest(coalesce(responded_at, changed_at), joined_at)
    from members
    where has_responded

    union all

    select
        *,
        case status when 'opted out' then 'unsubscribed' else status end,
        changed_at
    from members
    where status in ('opened', 'clicked', 'bounced', 'unsubscribed', 'opted out')
)

select
    id || '-' || touch_type as touch_id,
    'salesforce' as source_name,
    campaign_id,
    contact_id,
    touch_type,
    cast(null as varchar) as variant_name,
    occurred_at
from touches
