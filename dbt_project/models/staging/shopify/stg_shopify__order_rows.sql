with source as (select * from {{ raw('shopify', 'orders') }}),

-- The export has no modification date, but an order only moves forward: it is paid, shipped, cancelled, refunded.
-- So the furthest state is the newest, and the later load decides only between equal states.
newest_exports as (
    select
        order_name,
        _load_id,
        max(ltrim(order_id, '''')) as order_number,
        min(_source_row) as first_row
    from source
    group by order_name, _load_id
    qualify row_number() over (
        partition by order_name
        order by
            count(created_at) > 0 desc,
            max(greatest(created_at, paid_at, fulfilled_at, cancelled_at)) desc nulls last,
            max(refunded_amount) desc nulls last,
            max(_loaded_at) desc,
            _load_id desc
    ) = 1
)

select
    source.* exclude (order_id),
    {{ source_id('shopify', 'coalesce(newest_exports.order_number, source.order_name)') }} as order_id,
    source._source_row - newest_exports.first_row + 1 as line_number
from source
inner join newest_exports using (order_name, _load_id)
-- What is pulled is newer than any export: it comes every night.
where coalesce(newest_exports.order_number, '') not in (
    select cast(id as varchar) from {{ raw('shopify', 'api_orders') }}
)
