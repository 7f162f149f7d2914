-- One row per thing that happened between a customer and any team: the customer's whole history in one place.
with interactions as (
    select * from {{ ref('int_shop_interactions_collected') }}
    union all
    select * from {{ ref('int_support_interactions_collected') }}
    union all
    select * from {{ ref('int_survey_interactions_collected') }}
    union all
    select * from {{ ref('int_marketing_interactions_collected') }}
    union all
    select * from {{ ref('int_sales_interactions_collected') }}
)

select
    interaction_type || ':' || record_id as interaction_id,
    customer_id,
    account_id,
    source_name,
    occurred_at,
    cast(occurred_at as date) as occurred_date,
    interaction_type,
    channel,
    team,
    direction,
    record_id,
    cast(amount as decimal(18, 4)) as amount,
    detail
from interactions
