-- One row per deal of any CRM, won, lost or open.
select
    opportunity_id,
    customer_id,
    account_id,
    owner_id,
    source_name,
    product_name,
    pipeline_name,
    stage_name,
    status,
    status = 'Won' as is_won,
    status in ('Won', 'Lost') as is_closed,
    amount,
    probability,
    cast(amount * probability as decimal(18, 4)) as expected_revenue_amount,
    lead_source,
    created_date,
    close_date,
    -- A deal closed before it was created is a typing error, not a negative duration.
    case
        when status in ('Won', 'Lost') and close_date >= created_date
            then date_diff('day', created_date, close_date)
    end as days_to_close,
    date_diff('day', created_date, {{ as_of() }}) as days_since_created
from {{ ref('int_opportunities_resolved') }}
