-- What was known of every open lead at every snapshot date, and nothing later. Its owner and what was typed of it are left
-- out: CRMs fill them in as a lead is worked on, and then having an owner is being taken seriously already. So are its deals:
-- some systems export only those that were won, dated back to the first contact.
select
    leads.lead_id,
    leads.as_of_date,
    date_diff('day', leads.created_date, leads.as_of_date) as days_since_created,
    case when leads.lead_source is not null then {{ past_lift('channel') }} end as lead_source_lift,
    case when leads.landing_page is not null then {{ past_lift('page') }} end as landing_page_lift,
    {% for column in ['count_sales_contacts', 'count_campaign_opened', 'count_campaign_clicked'] -%}
    coalesce(contacts.{{ column }} - coalesce(before_30.{{ column }}, 0), 0) as {{ column }}_30d{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('ftr_leads_at_dates') }} as leads
asof left join (from {{ ref('ftr_lead_conversions') }} where attribute = 'everything') as everything
    on leads.source_name = everything.source_name and leads.as_of_date > everything.event_date
{%- for alias, attribute in {'channel': 'lead_source', 'page': 'landing_page'}.items() %}
asof left join (from {{ ref('ftr_lead_conversions') }} where attribute = '{{ attribute }}') as {{ alias }}
    on leads.source_name = {{ alias }}.source_name
    and leads.{{ attribute }} = {{ alias }}.attribute_value
    and leads.as_of_date > {{ alias }}.event_date
{%- endfor %}
asof left join {{ ref('ftr_contact_days_accumulated') }} as contacts
    on leads.customer_id = contacts.customer_id and leads.as_of_date > contacts.event_date
asof left join {{ ref('ftr_contact_days_accumulated') }} as before_30
    on leads.customer_id = before_30.customer_id and leads.as_of_date - 30 > before_30.event_date
