with source as (select * from {{ raw('generic', 'generic_orders') }}),

-- An order that was exported again counts as its newest export has it: lines that are gone from it are gone.
newest_exports as (
    select source_name, order_id, _load_id
    from source
    group by source_name, order_id, _load_id
    qualify row_number() over (
        partition by source_name, order_id
        order by max(updated_at) desc nulls last, max(_loaded_at) desc, _load_id desc
    ) = 1
)

select
    source.* exclude (order_id, contact_id),
    {{ generic_id('order_id') }} as order_id,
    {{ generic_contact_id() }} as contact_id,
    coalesce(product_id, product_name) is not null or line_amount is not null as is_line,
    row_number() over (partition by source_name, order_id order by _source_row) as row_number
from source
inner join newest_exports using (source_name, order_id, _load_id)
