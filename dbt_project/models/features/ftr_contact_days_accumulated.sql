-- Per customer and contact day, everything up to and including that day.
select
    customer_id,
    event_date,
    {% for column in [
        'count_interactions', 'count_tickets', 'count_tickets_opened', 'count_tickets_first_solved',
        'count_bad_ratings', 'count_campaign_sent', 'count_campaign_opened', 'count_campaign_clicked',
        'count_campaign_unsubscribed', 'count_sales_contacts'
    ] -%}
    cast(sum({{ column }}) over past as bigint) as {{ column }},
    {% endfor -%}
    max(last_ticket_date) over past as last_ticket_date,
    max(last_click_date) over past as last_click_date,
    last_value(last_nps_score ignore nulls) over past as last_nps_score
from {{ ref('ftr_contact_days') }}
window past as (partition by customer_id order by event_date rows between unbounded preceding and current row)
