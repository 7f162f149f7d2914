-- What to do next about each customer, one row each: of all reasons to talk the first by aim, then by the money at stake; of
-- two about the same money the rarer one, which says more.
-- Whom to leave alone is told too, or somebody calls.
with reasons as (
    select
        stakes.*,
        definitions.aim,
        definitions.owner,
        definitions.action,
        array_position(['settle', 'keep', 'sell', 'thank'], definitions.aim) as aim_rank,
        count(*) over (partition by segment_name) as count_members
    from {{ ref('customer_stakes') }} as stakes
    inner join {{ ref('segment_definitions') }} as definitions using (segment_name)
),

placed as (
    select
        *,
        row_number() over in_order as place,
        string_agg(segment_name, ',') over (
            in_order rows between 1 following and unbounded following
        ) as other_segment_names
    from reasons
    window in_order as (partition by customer_id order by aim_rank, stake_amount desc nulls last, count_members, segment_name)
),

actions as (
    select customer_id, aim, segment_name, owner, action, reason, stake_amount, other_segment_names
    from placed
    where place = 1

    union all

    select
        quiet.customer_id,
        'wait',
        null,
        null,
        'Leave alone for now: no offer, no call.',
        quiet.reason,
        null,
        null
    from {{ ref('quiet_customers') }} as quiet
    anti join {{ ref('customer_segments') }} as members using (customer_id)
)

select
    actions.*,
    customers.best_channel,
    customers.best_contact_hour,
    customers.contact_timezone,
    {{ as_of() }} as as_of_date
from actions
inner join {{ ref('dim_customers') }} as customers using (customer_id)
