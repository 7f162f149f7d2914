-- Who is whom: the one table where the ids of different systems meet. Never by name: two John Smiths are two people.
-- Same normalised e-mail = same customer; a contact without e-mail stays alone under its own id.
with known as (
    select
        contact_id,
        created_at,
        -- Without an @ it is a placeholder such as "n/a", and would join strangers.
        case when contains(email, '@') then lower(trim(email)) end as email_key
    from {{ ref('int_contacts_unioned') }}
),

addresses as (
    select distinct email_key from known where email_key is not null
),

seen_so_far as (
    select
        known.contact_id,
        known.email_key,
        case when known.email_key is null then 'own_id' else 'email' end as rule
    from known
    left join {{ ref('int_contacts_mentioned') }} as mentioned using (contact_id)
    where {{ seen('known.created_at') }} or mentioned.contact_id is not null

    union all

    -- Named by an event, missing from every export of people. Systems that know people by e-mail alone use its md5 as id.
    select
        mentioned.contact_id,
        addresses.email_key,
        case when addresses.email_key is null then 'mentioned_only' else 'email_hash' end as rule
    from {{ ref('int_contacts_mentioned') }} as mentioned
    anti join known using (contact_id)
    left join addresses on split_part(mentioned.contact_id, ':', 2) = md5(addresses.email_key)
)

select
    contact_id,
    case when email_key is null then contact_id else 'cus_' || left(md5('email:' || email_key), 16) end as customer_id,
    email_key,
    rule
from seen_so_far
