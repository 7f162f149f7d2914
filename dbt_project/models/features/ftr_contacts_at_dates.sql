-- Service, marketing and sales contacts of every buyer as known at every snapshot date.
{{ config(materialized='view') }}

{%- set windows = contact_windows() %}

select
    buyers.customer_id,
    buyers.as_of_date,
    {%- for days, columns in windows.items() %}{% for column in columns %}
    coalesce(past.{{ column }}, 0) - coalesce(before_{{ days }}.{{ column }}, 0) as {{ column }}_{{ days }}d,
    {%- endfor %}{% endfor %}
    coalesce(past.count_tickets_opened - past.count_tickets_first_solved, 0) as count_open_tickets,
    coalesce(past.count_campaign_unsubscribed > 0, false) as has_unsubscribed,
    past.last_ticket_date,
    past.last_click_date,
    past.last_nps_score
from {{ ref('ftr_buyers_at_dates') }} as buyers
asof left join {{ ref('ftr_contact_days_accumulated') }} as past
    on buyers.customer_id = past.customer_id and buyers.as_of_date > past.event_date
{%- for days in windows %}
asof left join {{ ref('ftr_contact_days_accumulated') }} as before_{{ days }}
    on buyers.customer_id = before_{{ days }}.customer_id
    and buyers.as_of_date - {{ days }} > before_{{ days }}.event_date
{%- endfor %}
