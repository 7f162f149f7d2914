-- At the end of every month all movements so far come to the recurring revenue of the subscriptions then running.
with months as (
    select distinct
        movement_month,
        movement_month + interval 1 month as month_end
    from {{ ref('fct_mrr_movements') }}
),

moved as (
    select
        movement_month,
        sum(sum(change_mrr_amount)) over (order by movement_month) as moved_amount
    from {{ ref('fct_mrr_movements') }}
    group by movement_month
),

ran as (
    select
        months.movement_month,
        coalesce(sum(subscriptions.mrr_amount), 0) as ran_amount
    from months
    left join {{ ref('fct_subscriptions') }} as subscriptions
        on subscriptions.started_at < months.month_end
        and (subscriptions.ended_at is null or subscriptions.ended_at >= months.month_end)
    group by months.movement_month
)

select *
from moved
inner join ran using (movement_month)
where moved_amount != ran_amount
