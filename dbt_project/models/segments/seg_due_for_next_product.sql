-- Customers in the days in which others like them buy the next product, or the same one again, and who have not yet.
-- One row per customer: the sequence most of its starters go through.
with started as (
    select
        bought.customer_id,
        sequences.*,
        case when sequences.is_refill then bought.last_order_date else bought.first_order_date end as start_date
    from {{ ref('agg_customer_products') }} as bought
    inner join {{ source('ml', 'product_sequences') }} as sequences using (product_id)
    anti join {{ ref('quiet_customers') }} as quiet using (customer_id)
    where sequences.as_of_date = {{ as_of() }}
),

due as (
    select
        started.*,
        {{ as_of() }} - start_date as days_since,
        -- The shortest window that holds the due days, so that a reason never promises less than it lists.
        case when due_until_days <= 30 then 30 when due_until_days <= 60 then 60 else 90 end as within_days,
        case within_days when 30 then share_30d when 60 then share_60d else share_90d end as share,
        case within_days when 30 then base_30d when 60 then base_60d else base_90d end as base
    from started
    where days_since between due_from_days and due_until_days
)

select
    due.customer_id,
    'bought ' || due.product_name || ' ' || {{ days_in_words('days_since') }} || ' ago; '
    || {{ percent_in_words('share') }} || ' of such customers buy '
    || case when due.is_refill then 'it again' else due.then_product_name end
    || ' within ' || within_days || ' days'
    || coalesce(' (' || round(share / nullif(base, 0), 1) || ' times the usual)', '') as reason,
    due.product_id,
    due.then_product_id,
    due.start_date + cast(due.due_from_days as integer) as due_from_date,
    due.start_date + cast(due.due_until_days as integer) as due_until_date,
    share as share_who_buy
from due
-- `not is_refill` in the join would make DuckDB compare every due customer with every purchase.
left join {{ ref('agg_customer_products') }} as has
    on due.customer_id = has.customer_id and due.then_product_id = has.product_id
where due.is_refill or has.customer_id is null
qualify row_number() over (
    partition by due.customer_id order by share desc, due.lift desc, due.product_id, due.then_product_id
) = 1
