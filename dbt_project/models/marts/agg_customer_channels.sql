-- By which channels each customer is in contact: one row per customer and channel of the last affinity_days.
with interactions as (
    select
        customer_id,
        {{ contact_channel() }} as channel,
        {{ is_touch() }} as is_touch,
        {{ is_own_contact() }} as is_own_contact
    from {{ ref('fct_interactions') }}
    where customer_id is not null and occurred_date >= {{ as_of() }} - {{ var('affinity_days') }}
),

counted as (
    select
        customer_id,
        channel,
        count(*) filter (is_touch) as count_touches,
        count(*) filter (is_own_contact) as count_own_contacts
    from interactions
    where channel is not null and (is_touch or is_own_contact)
    group by customer_id, channel
)

select
    customer_id,
    channel,
    count_touches,
    count_own_contacts,
    case
        when count_own_contacts > 0 then rank() over (partition by customer_id order by count_own_contacts desc)
    end as channel_rank
from counted
