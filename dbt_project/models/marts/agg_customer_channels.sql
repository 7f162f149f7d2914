-- How each customer comes to the company of their own accord: one row per customer and channel of the last
-- affinity_days. Few contacts are drawn towards what everybody does.
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
),

judged as (
    select
        *,
        (
            count_own_contacts + {{ var('affinity_prior_contacts') }}
            * sum(count_own_contacts) over (partition by channel) / nullif(sum(count_own_contacts) over (), 0)
        ) / (nullif(sum(count_own_contacts) over customer, 0) + {{ var('affinity_prior_contacts') }}) as affinity
    from counted
    window customer as (partition by customer_id)
)

select
    customer_id,
    channel,
    count_touches,
    count_own_contacts,
    cast(affinity as double) as affinity,
    case
        when count_own_contacts > 0 then rank() over (
            partition by customer_id, count_own_contacts > 0 order by affinity desc
        )
    end as channel_rank
from judged
