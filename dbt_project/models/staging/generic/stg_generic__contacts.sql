with contacts as (
    select
        *,
        coalesce(full_name, nullif(trim(concat_ws(' ', first_name, last_name)), '')) as whole_name
    from {{ raw('generic', 'generic_contacts') }}
),

people as (
    select
        {{ generic_contact_id() }} as contact_id, source_name, email, whole_name as full_name, phone, account_id,
        owner_id, lifecycle_stage, lead_source, country, created_at, updated_at,
        1 as preference, _loaded_at as known_at
    from contacts
    {% for table, moment in [
        ('generic_orders', 'ordered_at'),
        ('generic_tickets', 'created_at'),
        ('generic_interactions', 'occurred_at'),
        ('generic_survey_responses', 'responded_at'),
        ('generic_subscriptions', 'started_at'),
    ] %}
    union all
    -- Whom the contacts file does not mention is known as the newest record names them.
    select
        {{ generic_contact_id() }}, source_name, email, full_name, phone, null, null, null, null, country, null, null,
        2, {{ moment }}
    from {{ raw('generic', table) }}
    {% endfor %}
)

select
    contact_id,
    source_name,
    {{ email_key('email') }} as email,
    nullif(trim(full_name), '') as full_name,
    nullif(trim(phone), '') as phone,
    source_name || ':' || nullif(trim(account_id), '') as account_id,
    source_name || ':' || nullif(trim(owner_id), '') as owner_id,
    lifecycle_stage,
    lead_source,
    country,
    created_at,
    updated_at
from people
where contact_id is not null
qualify row_number() over (
    partition by contact_id
    order by preference, known_at desc, email nulls last, full_name nulls last, phone nulls last
) = 1
