-- One row per customer and month at whose end the customer's recurring revenue differs from what it was at its beginning.
with changes as (
    select
        coalesce(customer_id, subscription_id) as payer_id,
        customer_id,
        cast(date_trunc('month', started_at) as date) as movement_month,
        mrr_amount as change_amount
    from {{ ref('fct_subscriptions') }}

    union all

    select
        coalesce(customer_id, subscription_id),
        customer_id,
        cast(date_trunc('month', ended_at) as date),
        -mrr_amount
    from {{ ref('fct_subscriptions') }}
    where ended_at is not null
),

months as (
    select
        payer_id,
        customer_id,
        movement_month,
        sum(change_amount) as change_amount
    from changes
    group by all
    having sum(change_amount) != 0
),

running as (
    select
        *,
        sum(change_amount) over payer as closing_amount,
        row_number() over payer as movement_number
    from months
    window payer as (partition by payer_id order by movement_month)
)

select
    payer_id || '@' || strftime(movement_month, '%Y-%m') as mrr_movement_id,
    customer_id,
    movement_month,
    case
        when movement_number = 1 then 'new'
        when closing_amount = change_amount then 'reactivation'
        when closing_amount = 0 then 'churn'
        when change_amount > 0 then 'expansion'
        else 'contraction'
    end as movement_type,
    cast(closing_amount - change_amount as decimal(18, 4)) as opening_mrr_amount,
    cast(change_amount as decimal(18, 4)) as change_mrr_amount,
    cast(closing_amount as decimal(18, 4)) as closing_mrr_amount
from running
