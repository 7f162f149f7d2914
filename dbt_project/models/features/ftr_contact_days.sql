-- What service, marketing and sales had with a customer: one row per customer and day with any contact. Of whom no past
-- date is told, one row per span between the days that today looks back to, at the span's last day: each look-up finds the
-- same, and of a million customers a third of the rows is left.
with looked_back_on as (
    select customer_id from {{ ref('ftr_buyers_at_dates') }} where as_of_date < {{ as_of() }}
    union
    select customer_id from {{ ref('ftr_subscribers_at_dates') }}
    union
    select customer_id from {{ ref('ftr_leads_at_dates') }}
),

happenings as (
    select customer_id, occurred_date as happened_on, interaction_type, team, detail
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
),

placed as (
    select
        happenings.*,
        case
            when looked_back_on.customer_id is not null or happened_on >= {{ as_of() }} then happened_on
            {%- set starts = [0] + contact_windows().keys() | sort %}
            {%- for start in starts[1:] %}
            when happened_on >= {{ as_of() }} - {{ start }} then {{ as_of() }} - {{ starts[loop.index0] + 1 }}
            {%- endfor %}
            else {{ as_of() }} - {{ starts[-1] + 1 }}
        end as event_date
    from happenings
    left join looked_back_on using (customer_id)
    where happenings.customer_id is not null and happened_on is not null
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
    max(happened_on) filter (interaction_type = 'ticket_created') as last_ticket_date,
    max(happened_on) filter (interaction_type = 'campaign_clicked') as last_click_date,
    -- Of the last day with an answer, the worst.
    arg_max({{ nps_score() }}, (happened_on, -{{ nps_score() }})) filter ({{ nps_score() }} is not null) as last_nps_score
from placed
group by customer_id, event_date
