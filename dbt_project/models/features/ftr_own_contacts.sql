-- Every contact that a customer began or answered: by which channel, and in which hour of their own day.
select
    interactions.customer_id,
    interactions.occurred_at,
    {{ contact_channel() }} as channel,
    -- Of a mail that was answered the CRM notes when it was sent.
    case
        when not (interaction_type = 'email' and direction = 'outbound')
            then hour(timezone(coalesce(contacts.contact_timezone, 'UTC'), timezone('UTC', interactions.occurred_at)))
    end as hour
from {{ ref('fct_interactions') }} as interactions
inner join {{ ref('agg_customer_contacts') }} as contacts using (customer_id)
where {{ is_own_contact() }} and interactions.occurred_date < {{ as_of() }}
