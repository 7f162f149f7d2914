-- Who is whom: the one table where the ids of different systems meet. Never by name: two John Smiths are two people.
with resolved as (
    {{ customers_of_contacts() }}
),

known as (
    select
        resolved.contact_id,
        resolved.customer_id,
        resolved.rule,
        contacts.created_at,
        -- Without an @ it is a placeholder such as "n/a".
        case when contains(contacts.email, '@') then {{ email_key('contacts.email') }} end as email_key
    from resolved
    inner join {{ ref('int_contacts_unioned') }} as contacts using (contact_id)
),

-- An address alone, without a name, means whoever had it first.
addresses as (
    select
        email_key,
        arg_min(customer_id, (coalesce(created_at, timestamp '9999-01-01'), contact_id)) as customer_id
    from known
    where email_key is not null
    group by email_key
),

seen_so_far as (
    select
        known.contact_id,
        known.customer_id,
        known.email_key,
        known.rule
    from known
    left join {{ ref('int_contacts_mentioned') }} as mentioned using (contact_id)
    where {{ seen('known.created_at') }} or mentioned.contact_id is not null

    union all

    -- Named by an event, missing from every export of people. Systems that know people by e-mail alone use its md5 as id.
    select
        mentioned.contact_id,
        coalesce(addresses.customer_id, mentioned.contact_id) as customer_id,
        addresses.email_key,
        case when addresses.email_key is null then 'mentioned_only' else 'email_hash' end as rule
    from {{ ref('int_contacts_mentioned') }} as mentioned
    anti join known using (contact_id)
    left join addresses on split_part(mentioned.contact_id, ':', 2) = md5(addresses.email_key)
)

select
    contact_id,
    customer_id,
    email_key,
    rule
from seen_so_far
