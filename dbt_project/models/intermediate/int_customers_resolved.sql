-- Who is whom: the one table where the ids of different systems meet. Never by name: two John Smiths are two people.
-- Same normalised e-mail = same customer; a contact without e-mail stays alone under its own id.
with known as (
    select
        contact_id,
        created_at,
        nullif(lower(trim(email)), '') as email
    from {{ ref('int_contacts_unioned') }}
),

seen_so_far as (
    select
        known.contact_id,
        -- Without an @ it is a placeholder such as "n/a", and would join strangers.
        case when contains(known.email, '@') then known.email end as email_key,
        case when contains(known.email, '@') then 'email' else 'own_id' end as rule
    from known
    left join {{ ref('int_contacts_mentioned') }} as mentioned using (contact_id)
    where {{ seen('known.created_at') }} or mentioned.contact_id is not null

    union all

    select
        mentioned.contact_id,
        null as email_key,
        'mentioned_only' as rule
    from {{ ref('int_contacts_mentioned') }} as mentioned
    anti join known using (contact_id)
)

select
    contact_id,
    case when rule = 'email' then 'cus_' || left(md5('email:' || email_key), 16) else contact_id end as customer_id,
    email_key,
    rule
from seen_so_far
