-- When and how each customer is in contact with any team: one row per customer with any interaction.
with interactions as (
    select
        *,
        {{ is_touch() }} and occurred_date >= {{ as_of() }} - 30 as is_touch_30d,
        {{ is_touch() }} and occurred_date >= {{ as_of() }} - 7 as is_touch_7d,
        {{ is_own_contact() }} as is_own_contact
    from {{ ref('fct_interactions') }}
    where customer_id is not null
),

contacts as (
    select
        customer_id,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        max_by({{ nps_score() }}, (occurred_at, interaction_id)) filter ({{ nps_score() }} is not null)
            as last_nps_score,
        count(*) filter (is_touch_7d) as count_touches_7d,
        count(*) filter (is_touch_30d) as count_touches_30d,
        {% for kind in ['marketing', 'sales', 'support', 'survey'] -%}
        count(*) filter (is_touch_30d and {{ touch_kind() }} = '{{ kind }}') as count_{{ kind }}_touches_30d,
        {% endfor -%}
        max(occurred_at) filter (interaction_type = 'campaign_unsubscribed') as unsubscribed_at,
        count(*) filter (is_own_contact) > 0 as has_own_contacts
    from interactions
    group by customer_id
),

channels as (
    select
        customer_id,
        string_agg(channel, ',' order by channel_rank, channel) as ranked_channel_affinity,
        cast(sum(count_own_contacts) as bigint) as count_own_contacts
    from {{ ref('agg_customer_channels') }}
    where channel_rank is not null
    group by customer_id
)

select
    contacts.customer_id,
    contacts.first_interaction_at,
    contacts.last_interaction_at,
    contacts.last_nps_score,
    contacts.unsubscribed_at,
    contacts.count_touches_7d,
    contacts.count_touches_30d,
    contacts.count_marketing_touches_30d,
    contacts.count_sales_touches_30d,
    contacts.count_support_touches_30d,
    contacts.count_survey_touches_30d,
    channels.ranked_channel_affinity,
    coalesce(channels.count_own_contacts, 0) as count_own_contacts,
    case when contacts.has_own_contacts then coalesce(profiles.timezone, 'UTC') end as contact_timezone
from contacts
left join channels using (customer_id)
left join {{ ref('int_customer_profiles_merged') }} as profiles using (customer_id)
