with messages as (
    select
        *,
        {{ is_colleague('from_email') }} as is_outbound,
        from_json(recipients, '[{"email": "VARCHAR", "name": "VARCHAR"}]') as people
    from {{ raw('mailbox', 'messages') }}
    -- What a machine or a mailing list sends is nobody's word.
    where is_automatic is distinct from true
),

-- A colleague's message goes to everybody outside whom it names; one from outside comes from its sender.
correspondents as (
    select message_id, sent_at, from_email, is_outbound, unnest(people) as person
    from messages
    where is_outbound
    union all
    select message_id, sent_at, from_email, is_outbound, {'email': from_email, 'name': from_name}
    from messages
    where not is_outbound
)

select
    message_id,
    sent_at,
    is_outbound,
    from_email,
    {{ email_key('person.email') }} as email,
    {{ email_contact_id('mailbox', 'person.email') }} as contact_id,
    max(nullif(trim(person.name), '')) as full_name
from correspondents
where {{ email_key('person.email') }} is not null and not {{ is_colleague('person.email') }}
group by all
