-- Deals of every CRM, amounts in the reporting currency: closed ones at the rate of the day they were closed, open ones at
-- the last rate.
with unioned as (
    {{ union_staged('opportunities', [
        'hubspot',
        'crm_sales',
        'zoho',
        'copper',
        'salesforce',
        'wukong',
        'pipedrive',
        'dynamics365',
        'olist',
    ]) }}
),

deals as (
    select
        * replace ({{ iso_currency('currency') }} as currency),
        case when status in ('Won', 'Lost') then close_date end as closed_date
    from unioned
    where {{ seen('created_at') }}
)

select
    deals.opportunity_id,
    deals.source_name,
    deals.opportunity_name,
    deals.account_id,
    deals.contact_id,
    deals.owner_id,
    deals.product_name,
    deals.pipeline_name,
    deals.stage_name,
    deals.status,
    deals.currency,
    rates.exchange_rate,
    deals.amount as original_amount,
    {{ converted('deals.amount') }} as amount,
    deals.probability,
    deals.lead_source,
    deals.created_at,
    deals.close_date,
    deals.updated_at
from deals
{{ join_exchange_rates('deals', 'deals.closed_date') }}
