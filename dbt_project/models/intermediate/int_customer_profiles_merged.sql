-- One row per customer: what the systems say about the person, each field by the rule that stands beside it.
with contacts as (
    select
        resolved.customer_id,
        resolved.contact_id,
        resolved.email_key,
        coalesce(contacts.source_name, split_part(resolved.contact_id, ':', 1)) as source_name,
        {{ organisation('contacts') }} as account_id,
        contacts.owner_id,
        contacts.country,
        contacts.lifecycle_stage,
        contacts.lead_source,
        contacts.full_name,
        contacts.phone,
        contacts.created_at,
        zones.timezone,
        row_number() over (
            partition by resolved.customer_id
            order by coalesce(contacts.updated_at, contacts.created_at) nulls first, resolved.contact_id
        ) as newness
    from {{ ref('int_customers_resolved') }} as resolved
    left join {{ ref('int_contacts_unioned') }} as contacts using (contact_id)
    {{ join_organisations('contacts') }}
    left join {{ ref('country_time_zones') }} as zones on lower(zones.country) = lower(trim(contacts.country))
)

select
    customer_id,
    string_agg(distinct source_name, ',' order by source_name) as source_names,
    count(*) as count_source_records,
    -- The newest word: these change, and whoever changed it last knows.
    max_by(account_id, newness) filter (account_id is not null) as account_id,
    max_by(owner_id, newness) filter (owner_id is not null) as owner_id,
    max_by(country, newness) filter (country is not null) as country,
    -- Of the country that counts: one with several zones leaves the hour unknown.
    arg_max_null(timezone, newness) filter (country is not null) as timezone,
    max_by(lifecycle_stage, newness) filter (lifecycle_stage is not null) as lifecycle_stage,
    max_by(phone, newness) filter (phone is not null) as phone,
    max_by(email_key, newness) filter (email_key is not null) as email,
    -- The newest name of at least two words: a nickname or an initial typed later does not replace it.
    max_by(full_name, (contains(trim(full_name), ' '), newness)) filter (full_name is not null) as full_name,
    -- The first word: the channel that brought somebody stays the one that did.
    min_by(lead_source, newness) filter (lead_source is not null) as lead_source,
    min(created_at) as created_at
from contacts
group by customer_id
