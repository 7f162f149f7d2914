with events as (select * from {{ raw('calendar', 'events') }}),

invited as (
    select
        event_id,
        organizer_email,
        unnest(from_json(attendees, '[{"email": "VARCHAR", "name": "VARCHAR", "type": "VARCHAR", "status": "VARCHAR"}]'))
            as person
    from events
    union all
    -- Who invites is there, too, and often not in the list.
    select event_id, organizer_email, {'email': organizer_email, 'name': null, 'type': 'INDIVIDUAL', 'status': 'ACCEPTED'}
    from events
)

select
    event_id,
    {{ email_key('person.email') }} as email,
    {{ email_contact_id('calendar', 'person.email') }} as contact_id,
    max(nullif(trim(person.name), '')) as full_name,
    arg_max(lower(person.status), person.status <> 'NEEDS-ACTION') as answer,
    {{ is_colleague('any_value(organizer_email)') }} as is_outbound
from invited
-- Rooms and lists are nobody; colleagues are no customers.
where
    {{ email_key('person.email') }} is not null
    and person.type in ('INDIVIDUAL', 'UNKNOWN')
    and not {{ is_colleague('person.email') }}
group by all
