-- One row per stretch in which a customer was in one RFM group, as looked at on the first of each month and on as_of_date.
with changes as (
    select
        customer_id,
        rfm_group,
        scored_date,
        lag(rfm_group) over (partition by customer_id order by scored_date) as previous_rfm_group
    from {{ ref('int_customers_rfm_scored') }}
    qualify rfm_group is distinct from previous_rfm_group
)

select
    customer_id || '@' || scored_date as rfm_stretch_id,
    customer_id,
    rfm_group,
    previous_rfm_group,
    scored_date as started_date,
    lead(scored_date) over customer as ended_date,
    lead(scored_date) over customer is null as is_current
from changes
window customer as (partition by customer_id order by scored_date)
