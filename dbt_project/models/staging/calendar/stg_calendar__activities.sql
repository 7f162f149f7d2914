with events as (select * from {{ raw('calendar', 'events') }}),

planned as (
    select
        event_id,
        uid,
        organizer_email,
        status,
        recurrence_id,
        _loaded_at,
        unnest(cast(from_json(occurrences, '["VARCHAR"]') as timestamp[])) as occurred_at
    from events
),

-- An occurrence that was changed by itself stands in a row of its own.
kept as (
    select planned.*
    from planned
    anti join events as changed
        on
            changed.uid = planned.uid
            and changed.recurrence_id = planned.occurred_at
            and planned.recurrence_id is null
    where
        planned.status is distinct from 'CANCELLED'
        -- What a calendar plans is believed for a while after the calendar was seen.
        and planned.occurred_at
        < planned._loaded_at + interval ({{ var('calendar_belief_days') }}) day
)

select
    'calendar:' || md5(kept.event_id) || '-' || strftime(kept.occurred_at, '%Y%m%dT%H%M%S') || '-'
    || split_part(invitations.contact_id, ':', 2) as activity_id,
    'calendar' as source_name,
    'meeting' as activity_type,
    case when invitations.is_outbound then 'outbound' when kept.organizer_email is not null then 'inbound' end as direction,
    kept.occurred_at,
    invitations.contact_id,
    cast(null as varchar) as account_id,
    cast(null as varchar) as opportunity_id,
    case when invitations.is_outbound then {{ email_contact_id('calendar', 'kept.organizer_email') }} end as owner_id,
    invitations.answer as outcome
from kept
inner join {{ ref('stg_calendar__invitation_rows') }} as invitations using (event_id)
where invitations.answer is distinct from 'declined'
