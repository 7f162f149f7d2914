with source as (select * from {{ raw('shopify', 'orders') }}),

-- The export has no modification date, but an order only moves forward: it is paid, shipped, cancelled, refunded.
-- So the furthest state is the newest, and the later load decides only between equal states.
exports as (
    select
        order_name,
        _load_id,
        row_number() over (
            partition by order_name
            order by
                count(created_at) > 0 desc,
                max(greatest(created_at, paid_at, fulfilled_at, cancelled_at)) desc nulls last,
                max(refunded_amount) desc nulls last,
                max(_loaded_at) desc,
                _load_id desc
        ) as nth_newest
    from source
    group by order_name, _load_id
)

select
    source.* exclude (order_id),
    {{ source_id('shopify', "coalesce(max(ltrim(source.order_id, '''')) over whole_order, source.order_name)") }}
        as order_id,
    row_number() over (partition by source.order_name order by source._source_row) as line_number
from source
inner join exports using (order_name, _load_id)
where exports.nth_newest = 1
window whole_order as (partition by source.order_name)
