-- One row per customer and day with any contact: what service, marketing and sales had with the customer that day.
with happenings as (
    select customer_id, occurred_date as event_date, interaction_type, team, detail
    from {{ ref('fct_interactions') }}

    union all

    -- Whether a ticket was open on a past day is told by its first solution only: later ones were not known then.
    select customer_id, created_date, 'ticket_opened', 'support', null
    from {{ ref('fct_tickets') }}
    where count_ticket_events > 0

    union all

    select customer_id, cast(first_solved_at as date), 'ticket_first_solved', 'support', null
    from {{ ref('fct_tickets') }}
    where first_solved_at is not null
)

select
    customer_id,
    event_date,
    count(*) filter (interaction_type not in ('ticket_opened', 'ticket_first_solved')) as count_interactions,
    count(*) filter (interaction_type = 'ticket_created') as count_tickets,
    count(*) filter (interaction_type = 'ticket_opened') as count_tickets_opened,
    count(*) filter (interaction_type = 'ticket_first_solved') as count_tickets_first_solved,
    count(*) filter (interaction_type = 'survey_response' and detail = 'csat bad') as count_bad_ratings,
    count(*) filter (interaction_type = 'campaign_sent') as count_campaign_sent,
    count(*) filter (interaction_type = 'campaign_opened') as count_campaign_opened,
    count(*) filter (interaction_type = 'campaign_clicked') as count_campaign_clicked,
    count(*) filter (interaction_type = 'campaign_unsubscribed') as count_campaign_unsubscribed,
    count(*) filter (team = 'sales' and interaction_type in ('call', 'meeting', 'email')) as count_sales_contacts,
    min({{ nps_score() }}) as nps_score
from happenings
where customer_id is not null and event_date is not null
group by customer_id, event_date
