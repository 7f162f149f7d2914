-- The hour around which each customer is in contact of their own accord: one row per customer with such contacts in the
-- last affinity_days. Three hours in a row count together, because a quarter to ten and a quarter past are one habit.
with contacts as (
    select
        interactions.customer_id,
        profiles.timezone,
        hour(timezone(coalesce(profiles.timezone, 'UTC'), timezone('UTC', interactions.occurred_at))) as hour
    from {{ ref('fct_interactions') }} as interactions
    left join {{ ref('int_customer_profiles_merged') }} as profiles using (customer_id)
    where
        interactions.customer_id is not null
        and interactions.occurred_date >= {{ as_of() }} - {{ var('affinity_days') }}
        and {{ is_own_contact() }}
        -- Of a mail that was answered the CRM notes when it was sent.
        and not (interaction_type = 'email' and direction = 'outbound')
),

by_window as (
    select
        contacts.customer_id,
        (contacts.hour + shifts.hours + 24) % 24 as hour,
        count(*) as count_contacts,
        count(*) filter (shifts.hours = 0) as count_in_hour
    from contacts
    cross join (values (-1), (0), (1)) as shifts(hours)
    group by all
),

best as (
    select
        customer_id,
        arg_max(hour, (count_contacts, count_in_hour, -hour)) as hour,
        max(count_contacts) as count_contacts
    from by_window
    group by customer_id
),

totals as (
    select
        customer_id,
        any_value(timezone) as timezone,
        count(*) as count_contacts
    from contacts
    group by customer_id
)

select
    totals.customer_id,
    coalesce(totals.timezone, 'UTC') as contact_timezone,
    totals.count_contacts as count_timed_contacts,
    best.count_contacts as count_contacts_around,
    -- Three of the nine hours of a working day are a third of it: without a habit nothing would stand out.
    case
        when {{ wilson('best.count_contacts', 'totals.count_contacts', 'low') }} > 1 / 3 then best.hour
    end as best_contact_hour
from totals
inner join best using (customer_id)
